#include "cicada/host/auth/chip.h"

#include <fmt/format.h>

#include <array>

#include "cicada/asn1/tlv.h"
#include "cicada/host/access/pace_group.h"
#include "cicada/host/access/pace_steps.h"
#include "cicada/host/auth/deviation.h"

namespace cicada::host::auth {

using access::KeyKind;
using access::SecureSession;
using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;
using crypto::openssl::Curve;
using crypto::openssl::Modp;
using iso7816::CommandApdu;
using iso7816::ResponseApdu;

namespace {

constexpr auto kClause = "9303-11 §6.2.4";
constexpr std::uint8_t kManageSecurityEnvironment = 0x22;
constexpr std::uint8_t kGeneralAuthenticate = 0x86;
constexpr std::uint8_t kForInternalUse = 0x41;
constexpr std::uint8_t kKeyAgreementTemplate = 0xA6;
constexpr std::uint8_t kAuthenticationTemplate = 0xA4;
constexpr asn1::Tag kProtocol = 0x80;
constexpr asn1::Tag kPrivateKeyReference = 0x84;
constexpr asn1::Tag kEphemeralKey = 0x91;
constexpr asn1::Tag kDynamicData = 0x7C;
constexpr asn1::Tag kDynamicEphemeralKey = 0x80;

/// The reader's side of one run.
struct Run {
  ChipOffer offer;
  Bytes ephemeral;  ///< as it travels
  std::optional<sm::SecureMessaging> codec;
};

std::string describe(const ChipOffer& offer) {
  static constexpr std::array<std::string_view, 4> kCiphers = {"3DES", "AES-128", "AES-192", "AES-256"};
  static constexpr std::array<std::string_view, 3> kGroups = {"1024/160", "2048/224", "2048/256"};
  const auto cipher = kCiphers.at(std::to_underlying(offer.cipher));
  if (const auto* const curve = std::get_if<Curve>(&offer.key.group)) {
    return fmt::format("ECDH {}, {}", crypto::openssl::curve_name(*curve), cipher);
  }
  return fmt::format("DH {}, {}", kGroups.at(std::to_underlying(std::get<Modp>(offer.key.group))), cipher);
}

Result<void> make_key(Run& run, Bytes& compressed, base::Rng& rng) {
  CICADA_TRY(const auto group, access::PaceGroup::create(run.offer.key.group));
  CICADA_TRY(const auto secret, group.random_scalar(rng));
  CICADA_TRY(const auto element, group.multiply_generator(secret.expose()));
  if (base::equal(element, run.offer.key.value)) {
    return base::fail({.fault = Fault::security, .what = "the chip's key is the reader's own", .clause = kClause});
  }
  CICADA_TRY(const auto shared, group.agree(secret.expose(), run.offer.key.value));
  run.ephemeral = group.encode(element);
  CICADA_TRY(compressed, group.compress(run.ephemeral));
  CICADA_TRY(auto keys, access::pace::session_keys(shared.expose(), run.offer.cipher));
  CICADA_TRY(run.codec, access::pace::make_codec(std::move(keys), run.offer.cipher));
  return {};
}

/// DO'84' with the number of the key, if there is one to name.
Bytes key_reference(const ChipOffer& offer) {
  if (!offer.reference) return {};
  Bytes number;
  for (unsigned shift = 24; shift > 0; shift -= 8) {
    const auto octet = static_cast<std::uint8_t>(*offer.reference >> shift);
    if (!number.empty() || octet != 0) number.push_back(octet);
  }
  number.push_back(static_cast<std::uint8_t>(*offer.reference));
  return asn1::encode_tlv(kPrivateKeyReference, number);
}

/// One exchange that has to end with 9000. Extended length where the protected command would not fit otherwise, which
/// these commands may have without the chip saying so (9303-10 §3.11.2).
Result<ResponseApdu> send(SecureSession& session, CommandApdu command, base::Literal refusal) {
  const bool with_le = command.ne.has_value();
  command.extended = command.data.size() > session.codec().max_command_data(iso7816::kMaxShortNc, with_le);
  CICADA_TRY(auto response, session.transmit(command));
  if (!response.ok()) {
    return base::fail({.fault = Fault::card_status, .what = refusal, .clause = kClause, .sw = response.sw});
  }
  return response;
}

Result<void> set_kat(SecureSession& session, const Run& run) {
  auto data = asn1::encode_tlv(kEphemeralKey, run.ephemeral);
  base::append(data, key_reference(run.offer));
  CICADA_TRY(const auto response, send(session,
                                       {.ins = kManageSecurityEnvironment,
                                        .p1 = kForInternalUse,
                                        .p2 = kKeyAgreementTemplate,
                                        .data = std::move(data)},
                                       "the chip refuses the reader's key"));
  return {};
}

Result<void> set_at(SecureSession& session, const Run& run) {
  auto data = asn1::encode_tlv(kProtocol, run.offer.protocol.content());
  base::append(data, key_reference(run.offer));
  CICADA_TRY(const auto response, send(session,
                                       {.ins = kManageSecurityEnvironment,
                                        .p1 = kForInternalUse,
                                        .p2 = kAuthenticationTemplate,
                                        .data = std::move(data)},
                                       "the chip refuses the protocol that its DG14 offers"));
  return {};
}

Result<Bytes> general_authenticate(SecureSession& session, const Run& run) {
  auto data = asn1::encode_tlv(kDynamicData, asn1::encode_tlv(kDynamicEphemeralKey, run.ephemeral));
  CICADA_TRY(auto response,
             send(session, {.ins = kGeneralAuthenticate, .data = std::move(data), .ne = iso7816::kMaxShortNe},
                  "the chip refuses the reader's key"));
  return std::move(response.data);
}

bool only_refused(const Result<void>& outcome) {
  return !outcome && outcome.error().fault == Fault::card_status;
}

/// MSE:Set AT and GENERAL AUTHENTICATE. `evidence.error` is set when the chip took the key but answered in another
/// form: its keys have changed even so.
Result<void> authenticate(SecureSession& session, const Run& run, ChipEvidence& evidence) {
  evidence.reached = ChipStep::set_at;
  CICADA_CHECK(set_at(session, run));
  evidence.reached = ChipStep::general_authenticate;
  CICADA_TRY(const auto answer, general_authenticate(session, run));
  static constexpr std::array<std::uint8_t, 2> kNoDynamicData = {0x7C, 0x00};
  if (!base::equal(answer, kNoDynamicData)) {
    evidence.error = base::Error{.fault = Fault::malformed,
                                 .what = "the chip's answer to GENERAL AUTHENTICATE is not an empty 7C",
                                 .clause = kClause,
                                 .at = answer.size()};
  }
  return {};
}

Result<void> agree_with_chip(SecureSession& session, const Run& run, ChipEvidence& evidence) {
  if (run.offer.cipher != KeyKind::tdes) return authenticate(session, run, evidence);
  evidence.reached = ChipStep::set_kat;
  const auto by_kat = set_kat(session, run);
  if (!only_refused(by_kat)) return by_kat;
  // Chips that know 3DES by MSE:Set AT only are in the field (9303-11 §8.5). The refusal left the session as it was.
  const auto by_at = authenticate(session, run, evidence);
  if (by_at) {
    evidence.deviations.emplace_back(deviation::kSetAtInsteadOfKat);
  } else if (only_refused(by_at)) {
    evidence.reached = ChipStep::set_kat;
    return by_kat;
  }
  return by_at;
}

Result<void> run_protocol(SecureSession& session, ByteView ef_dg14, base::Rng& rng, ChipEvidence& evidence) {
  CICADA_TRY(auto offer, best_chip_offer(ef_dg14));
  evidence.what = describe(offer);
  evidence.deviations = offer.deviations;
  evidence.reached = ChipStep::make_key;
  Run run{.offer = std::move(offer), .ephemeral = {}, .codec = {}};
  Bytes compressed;
  CICADA_CHECK(make_key(run, compressed, rng));
  CICADA_CHECK(agree_with_chip(session, run, evidence));
  CICADA_CHECK(session.replace_codec(*std::move(run.codec)));
  evidence.compressed_reader_key = std::move(compressed);
  if (!evidence.error) evidence.reached = ChipStep::first_exchange;
  return {};
}

}  // namespace

std::string_view to_string(ChipStep step) noexcept {
  switch (step) {
    case ChipStep::choose_key: return "choice of the key";
    case ChipStep::make_key: return "key agreement";
    case ChipStep::set_kat: return "MSE:Set KAT";
    case ChipStep::set_at: return "MSE:Set AT";
    case ChipStep::general_authenticate: return "GENERAL AUTHENTICATE";
    case ChipStep::first_exchange: return "first exchange under the new keys";
    case ChipStep::done: return "done";
  }
  return "";
}

ChipEvidence run_chip_authentication(SecureSession& session, ByteView ef_dg14, base::Rng& rng) {
  ChipEvidence evidence;
  if (const auto outcome = run_protocol(session, ef_dg14, rng, evidence); !outcome) evidence.error = outcome.error();
  return evidence;
}

void note_exchange(ChipEvidence& evidence, const std::optional<base::Error>& failure) {
  if (!evidence.awaits_proof()) return;
  if (failure) {
    evidence.error = failure;
  } else {
    evidence.reached = ChipStep::done;
  }
}

void note_exchange(ChipEvidence& evidence, const Result<ResponseApdu>& outcome) {
  note_exchange(evidence, outcome ? std::nullopt : std::optional{outcome.error()});
}

Result<Bytes> compress_key(const KeyAgreementGroup& group, ByteView public_key) {
  CICADA_TRY(const auto members, access::PaceGroup::create(group));
  if (!members.check(public_key)) {
    return base::fail({.fault = Fault::bad_input, .what = "no public key of this group", .clause = "9303-11 §9.6"});
  }
  return members.compress(public_key);
}

}  // namespace cicada::host::auth
