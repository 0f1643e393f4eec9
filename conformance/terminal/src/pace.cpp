#include "cicada/conformance/terminal/pace.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cicada/asn1/tlv.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/host/access/kdf.h"

namespace cicada::conformance::terminal {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;
using base::SecretBytes;
using host::access::KeyKind;
using host::access::Mapping;
using host::access::PaceGroup;
namespace iso7816 = host::iso7816;
namespace steps = host::access::pace;

namespace {

constexpr std::uint8_t kInsManageSecurityEnvironment = 0x22;
constexpr std::uint8_t kInsGeneralAuthenticate = 0x86;
constexpr asn1::Tag kDynamicAuthenticationData = 0x7C;
constexpr asn1::Tag kMechanism = 0x80;
constexpr asn1::Tag kPassword = 0x83;
constexpr asn1::Tag kDomain = 0x84;
constexpr asn1::Tag kAuthority = 0x87;
constexpr asn1::Tag kPreviousAuthority = 0x88;
constexpr asn1::Tag kChipAuthenticationData = 0x8A;
constexpr std::array<std::uint8_t, 16> kZeros{};
constexpr std::size_t kTdesBlock = 8;

struct StepWords {
  std::string_view name;
  std::string_view note;
  asn1::Tag request;
  asn1::Tag response;
};
constexpr std::array<StepWords, 5> kSteps = {{
    {"select", "PACE: MSE:Set AT", 0, 0},
    {"nonce", "PACE: GENERAL AUTHENTICATE, nonce", 0, 0x80},
    {"map", "PACE: GENERAL AUTHENTICATE, mapping", 0x81, 0x82},
    {"agree", "PACE: GENERAL AUTHENTICATE, key agreement", 0x83, 0x84},
    {"authenticate", "PACE: GENERAL AUTHENTICATE, tokens", 0x85, 0x86},
}};

const StepWords& words_of(PaceStep step) noexcept {
  return kSteps.at(std::to_underlying(step));
}

std::unexpected<base::Error> too_early(base::Literal what) {
  return base::fail({.fault = Fault::conflict, .what = what});
}

std::unexpected<base::Error> bad_form(base::Literal what) {
  return base::fail({.fault = Fault::malformed, .what = what, .clause = "9303-11 §4.4.4.2"});
}

}  // namespace

std::string_view to_string(PaceStep step) noexcept {
  return words_of(step).name;
}

std::string_view note_of(PaceStep step) noexcept {
  return words_of(step).note;
}

std::optional<PaceStep> pace_step_from(std::string_view word) noexcept {
  const auto* const found = std::ranges::find(kSteps, word, &StepWords::name);
  if (found == kSteps.end()) return std::nullopt;
  return static_cast<PaceStep>(found - kSteps.begin());
}

Result<Pace> Pace::create(const PaceOffer& offer, const PacePassword& password, base::Rng& rng) {
  CICADA_TRY(auto group, PaceGroup::create(offer.domain));
  return Pace{offer, std::move(group), password, rng};
}

Result<ObjectCommand> Pace::command(PaceStep step) {
  if (step == PaceStep::select) return select_command();
  ObjectCommand made{.cla = step == PaceStep::authenticate ? std::uint8_t{0} : iso7816::kChainedClass,
                     .ins = kInsGeneralAuthenticate,
                     .frame = kDynamicAuthenticationData,
                     .answered = true};
  if (step == PaceStep::nonce) return made;
  CICADA_TRY(auto value, request(step));
  made.objects.push_back({.tag = words_of(step).request, .value = std::move(value)});
  return made;
}

ObjectCommand Pace::select_command() const {
  ObjectCommand made{.ins = kInsManageSecurityEnvironment, .p1 = 0xC1, .p2 = 0xA4};
  made.objects.push_back({.tag = kMechanism, .value = base::to_bytes(offer_.protocol.oid.content())});
  made.objects.push_back({.tag = kPassword, .value = {std::to_underlying(password_.kind())}});
  made.objects.push_back({.tag = kDomain, .value = {static_cast<std::uint8_t>(offer_.parameter_id)}});
  return made;
}

Result<KeyPair> Pace::key_pair(PaceStep step, ByteView generator) {
  const auto wanted = shapes_.find(step);
  return make_key_pair(group_, generator, wanted == shapes_.end() ? KeyShape::any : wanted->second, *rng_);
}

Result<Bytes> Pace::request(PaceStep step) {
  const auto& protocol = offer_.protocol;
  if (step == PaceStep::map) {
    if (nonce_.empty()) return too_early("the chip has given no nonce");
    if (protocol.mapping == Mapping::integrated) {
      second_nonce_.resize(steps::second_nonce_size(protocol.cipher));
      CICADA_CHECK(rng_->fill(second_nonce_));
      return second_nonce_;
    }
    CICADA_TRY(mapping_, key_pair(step, {}));
    return mapping_->shown;
  }
  if (step == PaceStep::agree) {
    if (generator_.empty()) return too_early("the chip has not answered the mapping");
    CICADA_TRY(ephemeral_, key_pair(step, generator_.expose()));
    return ephemeral_->shown;
  }
  return token_over(steps::token_input(protocol, chip_ephemeral_));
}

Result<Bytes> Pace::token_over(ByteView input) const {
  if (!keys_) return too_early("the chip has sent no ephemeral key");
  CICADA_TRY(const auto token, steps::token(keys_->mac.expose(), offer_.protocol.cipher, input));
  return base::to_bytes(token);
}

Result<void> Pace::take(PaceStep step, const iso7816::ResponseApdu& answer) {
  if (!answer.ok()) {
    return base::fail({.fault = Fault::card_status,
                       .what = "a step of PACE is refused",
                       .clause = "9303-11 §4.4.4",
                       .sw = answer.sw});
  }
  if (step == PaceStep::select) {
    if (!answer.data.empty()) return bad_form("MSE:Set AT is answered with data");
    return {};
  }
  const auto outer = asn1::read_only(answer.data, kDynamicAuthenticationData);
  if (!outer) return bad_form("the answer is not one DO'7C'");
  if (step == PaceStep::authenticate) return take_last(outer->value);
  const auto object = asn1::read_only(outer->value, words_of(step).response);
  const bool without = step == PaceStep::map && offer_.protocol.mapping == Mapping::integrated && outer->value.empty();
  if (!object && !without) return bad_form("DO'7C' does not hold the step's one object");
  const auto value = object ? object->value : ByteView{};
  switch (step) {
    case PaceStep::nonce: return take_nonce(value);
    case PaceStep::map: return take_mapping(value);
    default: return take_key(value);
  }
}

Result<void> Pace::take_nonce(ByteView z) {
  const auto& protocol = offer_.protocol;
  CICADA_TRY(const auto k_pi, steps::password_key(password_, protocol.cipher));
  CICADA_TRY(nonce_, steps::decrypt_nonce(k_pi.expose(), protocol.cipher, protocol.mapping, z));
  return {};
}

Result<void> Pace::check_key(ByteView ours, ByteView theirs) const {
  if (base::equal(ours, group_.encode(theirs))) {
    return base::fail(
        {.fault = Fault::security, .what = "the chip sends our own public key", .clause = "9303-11 §4.4.3.1"});
  }
  return group_.check(theirs);
}

Result<void> Pace::take_mapping(ByteView answer) {
  const auto& protocol = offer_.protocol;
  if (protocol.mapping == Mapping::integrated) {
    if (!answer.empty()) return bad_form("DO'82' of integrated mapping is not empty");
    CICADA_TRY(auto mapped, steps::map_integrated(group_, protocol.cipher, nonce_.expose(), second_nonce_));
    generator_ = SecretBytes{std::move(mapped)};
    return {};
  }
  if (!mapping_) return too_early("no mapping key was sent");
  CICADA_CHECK(check_key(mapping_->shown, answer));
  chip_mapping_key_ = base::to_bytes(answer);
  CICADA_TRY(auto h, group_.multiply(mapping_->secret.expose(), answer));
  const SecretBytes shared{std::move(h)};
  CICADA_TRY(auto mapped, steps::map_generic(group_, nonce_.expose(), shared.expose()));
  generator_ = SecretBytes{std::move(mapped)};
  return {};
}

Result<void> Pace::take_key(ByteView answer) {
  if (!ephemeral_) return too_early("no ephemeral key was sent");
  CICADA_CHECK(check_key(ephemeral_->shown, answer));
  chip_ephemeral_ = base::to_bytes(answer);
  CICADA_TRY(const auto secret, group_.agree(ephemeral_->secret.expose(), answer));
  CICADA_TRY(keys_, steps::session_keys(secret.expose(), offer_.protocol.cipher));
  return {};
}

Result<void> Pace::take_last(ByteView objects) {
  const auto& protocol = offer_.protocol;
  CICADA_TRY(const auto wanted, token_over(steps::token_input(protocol, ephemeral_->shown)));
  asn1::TlvReader reader{objects};
  const auto token = reader.expect(words_of(PaceStep::authenticate).response);
  if (!token) return bad_form("DO'7C' does not begin with DO'86'");
  if (!base::constant_time_equal(token->value, wanted)) {
    return base::fail({.fault = Fault::security, .what = "the chip's token is wrong", .clause = "9303-11 §4.4.3.4"});
  }
  authorities_.clear();
  for (const auto tag : {kAuthority, kPreviousAuthority}) {
    CICADA_TRY(const auto authority, reader.accept(tag));
    if (authority) authorities_.push_back(base::to_bytes(authority->value));
  }
  CICADA_TRY(const auto data, reader.accept(kChipAuthenticationData));
  if (!reader.at_end()) return bad_form("DO'7C' of the last step holds another object");
  const bool with_chip = protocol.mapping == Mapping::chip_authentication;
  if (data.has_value() != with_chip) {
    return with_chip ? bad_form("chip authentication mapping without DO'8A'")
                     : bad_form("DO'8A' without chip authentication mapping");
  }
  if (data) {
    const auto order = crypto::openssl::order_size(std::get<crypto::openssl::Curve>(offer_.domain));
    CICADA_TRY(ca_ic_,
               steps::decrypt_chip_authentication_data(keys_->enc.expose(), protocol.cipher, data->value, order));
  }
  proven_ = true;
  return {};
}

Result<Session> Pace::session() const {
  if (!keys_) return too_early("the chip has sent no ephemeral key");
  const auto cipher = offer_.protocol.cipher;
  const auto ssc = ByteView{kZeros}.first(cipher == KeyKind::tdes ? kTdesBlock : kZeros.size());
  return Session::create(cipher, keys_->enc.clone(), keys_->mac.clone(), ssc);
}

Result<PaceRun> Pace::result() const {
  if (!proven_) return too_early("the run has not come to its end");
  CICADA_TRY(auto session, this->session());
  CICADA_TRY(auto theirs, group_.compress(chip_ephemeral_));
  CICADA_TRY(auto ours, group_.compress(ephemeral_->shown));
  PaceRun run{.session = std::move(session),
              .offer = offer_,
              .chip_ephemeral = chip_ephemeral_,
              .compressed_chip_ephemeral = std::move(theirs),
              .compressed_terminal_ephemeral = std::move(ours),
              .chip_mapping_key = chip_mapping_key_,
              .certification_authorities = authorities_};
  if (ca_ic_) run.ca_ic = ca_ic_->clone();
  return run;
}

Result<PaceRun> run_pace(Terminal& terminal, const PaceOffer& offer, const PacePassword& password) {
  CICADA_TRY(auto pace, Pace::create(offer, password, terminal.rng()));
  for (const auto step : {PaceStep::select, PaceStep::nonce, PaceStep::map, PaceStep::agree, PaceStep::authenticate}) {
    CICADA_TRY(const auto command, pace.command(step));
    CICADA_TRY(const auto answer, terminal.send(command.apdu(), note_of(step)));
    CICADA_CHECK(pace.take(step, answer));
  }
  return pace.result();
}

}  // namespace cicada::conformance::terminal
