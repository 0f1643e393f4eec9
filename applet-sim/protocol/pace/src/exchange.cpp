#include "cicada/applet_sim/protocol/pace/exchange.h"

#include <array>
#include <utility>

#include "cicada/applet_sim/apdu/sw.h"
#include "cicada/applet_sim/protocol/agreement/neglect.h"
#include "cicada/applet_sim/tlv/tlv.h"
#include "cicada/crypto/mbedtls/cipher.h"
#include "neglect.h"

namespace cicada::applet_sim::protocol::pace {
namespace {

namespace sw = apdu::sw;
using agreement::key_with_lapses;
using agreement::Mapping;
using security::Lapse;

constexpr tlv::Tag kDynamicData = 0x7C;
constexpr tlv::Tag kFirstRequest = 0x7F;  // 81, 83, 85: two more each step; the first has no object
constexpr tlv::Tag kNonce = 0x80;         // 80, 82, 84, 86
constexpr tlv::Tag kFirstAuthority = 0x87;
constexpr tlv::Tag kChipAuthenticationData = 0x8A;
constexpr std::size_t kMaxAuthorities = 2;
/// P-224 has no integrated mapping: its prime is 1 mod 4 (9303-11 §9.5.1).
constexpr agreement::DomainId kP224 = 10;

std::unexpected<base::Error> incorrect(base::Literal what) {
  return base::fail(
      {.fault = base::Fault::malformed, .what = what, .clause = "9303-11 §4.4.5", .sw = sw::k6A80IncorrectData});
}

std::unexpected<base::Error> out_of_order(base::Literal what, apdu::StatusWord word = sw::k6985ConditionsNotSatisfied) {
  return base::fail({.fault = base::Fault::conflict, .what = what, .clause = "9303-11 §4.4.4.3", .sw = word});
}

/// Whatever the crypto room said about a terminal's element or nonce: the data were wrong. Its other failures are the
/// chip's own.
base::Error judged(base::Error error) {
  switch (error.fault) {
    case base::Fault::malformed:
    case base::Fault::security:
    case base::Fault::bad_input: error.sw = sw::k6A80IncorrectData; break;
    default: error.sw = sw::k6F00NoDiagnosis; break;
  }
  return error;
}

/// The one object of a step: 7C { tag value }, or 7C 00 for the first.
base::Result<base::ByteView> request_of(base::ByteView data, std::optional<tlv::Tag> tag) {
  if (data.size() > kMaxDataSize) return incorrect("more than any step can need");
  const auto content = tlv::only(data, kDynamicData);
  if (!content) return incorrect("not a dynamic authentication data object");
  if (!tag) {
    if (!content->empty()) return incorrect("the first step has no object");
    return *content;
  }
  const auto value = tlv::only(*content, *tag);
  if (!value) return incorrect("not the object of this step");
  return *value;
}

agreement::KeyLapses key_lapses(security::Lapses lapses) {
  return {.elements = lapses.has(Lapse::key_elements),
          .leading_zeros = lapses.has(Lapse::pace_leading_zeros),
          .highest_bit = lapses.has(Lapse::pace_highest_bit)};
}

base::Bytes response_of(base::ByteView objects) {
  base::Bytes data;
  tlv::append(data, kDynamicData, objects);
  return data;
}

base::Bytes object(tlv::Tag tag, base::ByteView value) {
  base::Bytes octets;
  tlv::append(octets, tag, value);
  return octets;
}

}  // namespace

base::Result<Exchange> Exchange::begin(Setup setup) {
  const auto& [suite, id] = setup.offer;
  CICADA_TRY(auto domain, Domain::create(id));
  if (suite.protocol != agreement::Protocol::pace || suite.kind != domain.kind()) {
    return base::fail({.fault = base::Fault::bad_input, .what = "protocol and domain parameters are of two kinds"});
  }
  if (suite.mapping == Mapping::integrated && id == kP224) {
    return base::fail({.fault = base::Fault::unsupported,
                       .what = "integrated mapping does not work on P-224",
                       .clause = "9303-11 §9.5.1"});
  }
  if (suite.mapping == Mapping::chip_authentication && !setup.chip_key) {
    return base::fail({.fault = base::Fault::bad_input, .what = "chip authentication mapping needs the chip's key"});
  }
  if (setup.k_pi.size() != crypto::mbedtls::key_size(sm::cipher_of(suite.cipher))) {
    return base::fail({.fault = base::Fault::bad_input, .what = "the password key does not fit the cipher"});
  }
  if (setup.certification_authorities.size() > kMaxAuthorities) {
    return base::fail({.fault = base::Fault::bad_input, .what = "there are at most two trust points"});
  }
  return Exchange{std::move(setup), std::move(domain)};
}

base::Result<Answer> Exchange::advance(base::ByteView data, bool chained, base::Rng& rng) {
  // Over until this step has succeeded: there is no way to come back to a step.
  const auto step = std::exchange(step_, Step::over);
  if (step == Step::over) return out_of_order("no step is left");
  auto result = perform(step, data, chained, rng);
  if (!result && setup_.lapses.has(Lapse::lasting_run)) step_ = step;
  return result;
}

base::Result<Answer> Exchange::perform(Step step, base::ByteView data, bool chained, base::Rng& rng) {
  const auto& lapses = setup_.lapses;
  const bool last = step == Step::authenticate;
  if (lapses.has(Lapse::chain)) chained = !last;
  if (last && chained) return out_of_order("the last step ends the chain", sw::k6883LastCommandExpected);
  if (!last && !chained) return out_of_order("only the last step ends the chain");
  const auto number = static_cast<tlv::Tag>(step);
  const auto tag = static_cast<tlv::Tag>(kFirstRequest + 2 * number);
  const auto wanted = step == Step::nonce ? std::nullopt : std::optional{tag};
  const auto seen = step_with_lapses(data, wanted, lapses);
  // The nonce that is still there goes out once more.
  const bool again = step == Step::map && lapses.has(Lapse::repeated_nonce) && request_of(seen, std::nullopt);
  if (again) step = Step::nonce;
  CICADA_TRY(const auto value, request_of(seen, again ? std::nullopt : wanted));
  auto result = answer(step, value, rng);
  if (!result && result.error().sw == 0) return std::unexpected{judged(result.error())};
  if (result && !last) step_ = again ? Step::map : static_cast<Step>(number + 1);
  return result;
}

base::Result<Answer> Exchange::answer(Step step, base::ByteView value, base::Rng& rng) {
  if (step == Step::authenticate) return authenticate(value);
  base::Bytes out;
  switch (step) {
    case Step::nonce: {
      CICADA_TRY(out, send_nonce(rng));
      break;
    }
    case Step::map: {
      CICADA_TRY(out, map(value, rng));
      break;
    }
    default: {
      CICADA_TRY(out, agree(value, rng));
      break;
    }
  }
  const auto tag = static_cast<tlv::Tag>(kNonce + 2 * static_cast<tlv::Tag>(step));
  return Answer{.data = response_of(object(tag, out)), .opened = {}};
}

base::Result<base::Bytes> Exchange::send_nonce(base::Rng& rng) {
  if (nonce_.empty()) {
    base::Bytes s(nonce_size(setup_.offer.suite));
    CICADA_CHECK(rng.fill(s));
    nonce_ = base::SecretBytes{std::move(s)};
  }
  return encrypt_nonce(setup_.offer.suite.cipher, setup_.k_pi.expose(), nonce_.expose());
}

base::Result<base::Bytes> Exchange::map(base::ByteView data, base::Rng& rng) {
  const auto& suite = setup_.offer.suite;
  const auto s = std::move(nonce_);
  if (suite.mapping == Mapping::integrated) {
    auto t = base::to_bytes(data);
    if (setup_.lapses.has(Lapse::second_nonce)) t.resize(terminal_nonce_size(suite));
    if (t.size() != terminal_nonce_size(suite)) return incorrect("the terminal's nonce is as long as the key");
    CICADA_TRY(generator_, map_integrated(domain_, suite.cipher, s.expose(), t));
    return base::Bytes{};
  }
  CICADA_TRY(mapping_key_, domain_.random_private_key(rng));
  CICADA_TRY(const auto own, domain_.multiply(mapping_key_.expose(), domain_.generator()));
  const auto theirs = key_with_lapses(domain_, data, key_lapses(setup_.lapses));
  CICADA_TRY(auto h, domain_.multiply(mapping_key_.expose(), theirs));
  const base::Wiper wiper{h};
  CICADA_TRY(generator_, map_generic(domain_, s.expose(), h));
  if (suite.mapping != Mapping::chip_authentication) mapping_key_ = {};
  return domain_.encode(own);
}

base::Result<base::Bytes> Exchange::agree(base::ByteView shown, base::Rng& rng) {
  const auto public_key = key_with_lapses(domain_, shown, key_lapses(setup_.lapses));
  CICADA_TRY(const auto private_key, domain_.random_private_key(rng));
  CICADA_TRY(const auto own, domain_.multiply(private_key.expose(), generator_));
  if (domain_.same(own, public_key)) return incorrect("the chip's own key came back");
  CICADA_TRY(const auto shared, domain_.agree(private_key.expose(), public_key));
  CICADA_TRY(keys_, sm::derive_session_keys(setup_.offer.suite.cipher, shared.expose()));
  terminal_public_key_ = public_key;
  chip_public_key_ = domain_.encode(own);
  return chip_public_key_;
}

base::Result<Answer> Exchange::authenticate(base::ByteView token_of_terminal) {
  const auto& suite = setup_.offer.suite;
  const bool verified = !setup_.lapses.has(Lapse::token);
  if (verified && token_of_terminal.size() != kTokenSize) return incorrect("a token has eight octets");
  const auto oid = agreement::oid_of(suite);
  CICADA_TRY(const auto t_ifd, token(keys_, domain_.public_key_object(oid, chip_public_key_)));
  CICADA_TRY(const auto t_ic, token(keys_, domain_.public_key_object(oid, terminal_public_key_)));
  if (verified && !base::constant_time_equal(t_ifd, token_of_terminal)) {
    return base::fail({.fault = base::Fault::security,
                       .what = "the terminal does not know the password",
                       .clause = "9303-11 §4.4.1",
                       .sw = sw::k6300AuthenticationFailed});
  }
  auto objects = object(kNonce + 6, t_ic);
  for (std::size_t i = 0; i < setup_.certification_authorities.size(); ++i) {
    tlv::append(objects, static_cast<tlv::Tag>(kFirstAuthority + i), setup_.certification_authorities[i]);
  }
  const bool with_chip = suite.mapping == Mapping::chip_authentication;
  if (with_chip) {
    CICADA_TRY(const auto data, encrypted_chip_authentication_data());
    tlv::append(objects, kChipAuthenticationData, data);
  }
  const std::array<std::uint8_t, 16> zero{};
  const auto block = crypto::mbedtls::block_size(sm::cipher_of(suite.cipher));
  CICADA_TRY(auto session, sm::SecureMessaging::create(keys_, base::ByteView{zero}.first(block)));
  return Answer{.data = response_of(objects),
                .opened = Opened{.session = std::move(session),
                                 .chip_key = std::move(chip_public_key_),
                                 .terminal_key = std::move(terminal_public_key_),
                                 .chip_authenticated = with_chip}};
}

base::Result<base::Bytes> Exchange::encrypted_chip_authentication_data() const {
  CICADA_TRY(const auto data, chip_authentication_data(domain_, setup_.chip_key->expose(), mapping_key_.expose()));
  return encrypt_chip_authentication_data(keys_, data.expose());
}

}  // namespace cicada::applet_sim::protocol::pace
