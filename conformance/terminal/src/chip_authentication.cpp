#include "cicada/conformance/terminal/chip_authentication.h"

#include <array>

#include "cicada/asn1/oids.h"
#include "cicada/asn1/public_key.h"
#include "cicada/asn1/tlv.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/host/access/pace_steps.h"

namespace cicada::conformance::terminal {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;
using host::access::Domain;
using host::access::PaceGroup;

namespace {

constexpr asn1::Tag kDg14 = 0x6E;
constexpr asn1::Tag kDynamicAuthenticationData = 0x7C;
constexpr asn1::Tag kMechanism = 0x80;
constexpr asn1::Tag kKeyId = 0x84;
constexpr asn1::Tag kEphemeral = 0x91;
constexpr asn1::Tag kDynamicKey = 0x80;
constexpr std::uint8_t kInsManageSecurityEnvironment = 0x22;
constexpr std::uint8_t kInsGeneralAuthenticate = 0x86;
constexpr std::array<std::uint8_t, 16> kZeros{};
constexpr std::size_t kTdesBlock = 8;

constexpr auto kIdCaDh = asn1::Oid::of("0.4.0.127.0.7.2.2.3.1");
constexpr auto kIdCaEcdh = asn1::Oid::of("0.4.0.127.0.7.2.2.3.2");
constexpr auto kIdCaDhTdes = asn1::Oid::of("0.4.0.127.0.7.2.2.3.1.1");
constexpr auto kIdCaEcdhTdes = asn1::Oid::of("0.4.0.127.0.7.2.2.3.2.1");

struct PublicKey {
  Domain domain;
  Bytes value;
};

std::optional<PublicKey> known_key(const asn1::SubjectPublicKeyInfo& info) {
  const auto standardized = asn1::standardized_domain(info.algorithm);
  if (standardized && *standardized) {
    const auto domain = host::access::standardized_domain(**standardized);
    if (!domain) return std::nullopt;
    if (std::holds_alternative<crypto::openssl::Curve>(*domain)) return PublicKey{.domain = *domain, .value = info.key};
    auto value = asn1::dh_value_of_standardized(info);
    if (!value) return std::nullopt;
    return PublicKey{.domain = *domain, .value = *std::move(value)};
  }
  if (auto numbers = asn1::parse_ec_public_key(info)) {
    std::optional<crypto::openssl::Curve> curve;
    if (numbers->named_curve) curve = crypto::openssl::curve_by_oid(numbers->named_curve->to_dotted());
    if (auto& given = numbers->parameters) {
      curve = crypto::openssl::match_curve({.p = given->p,
                                            .a = given->a,
                                            .b = given->b,
                                            .generator = given->generator,
                                            .order = given->order,
                                            .cofactor = given->cofactor});
    }
    if (!curve) return std::nullopt;
    return PublicKey{.domain = *curve, .value = std::move(numbers->point)};
  }
  auto numbers = asn1::parse_dh_public_key(info);
  if (!numbers) return std::nullopt;
  const auto group = crypto::openssl::match_modp(numbers->parameters.p, numbers->parameters.g);
  if (!group) return std::nullopt;
  return PublicKey{.domain = *group, .value = std::move(numbers->value)};
}

/// The last arc of id-CA-...: 1 3DES, 2 to 4 AES.
std::optional<KeyKind> cipher_of(const asn1::Oid& protocol) {
  constexpr std::array kCiphers = {KeyKind::tdes, KeyKind::aes128, KeyKind::aes192, KeyKind::aes256};
  const auto last = protocol.content().back();
  if (last < 1 || last > kCiphers.size()) return std::nullopt;
  return kCiphers.at(last - 1U);
}

bool same_key(std::optional<std::uint32_t> a, std::optional<std::uint32_t> b) {
  return !a || !b || *a == *b;
}

void add_keys(const asn1::SecurityInfos& infos, const asn1::Oid& arc, const ChipKey& key, std::vector<ChipKey>& to) {
  bool spoken_of = false;
  for (const auto& [entry, info] : infos.all<asn1::ChipAuthenticationInfo>()) {
    if (!entry->protocol.is_under(arc) || !same_key(info->key_id, key.key_id)) continue;
    spoken_of = true;
    const auto cipher = cipher_of(entry->protocol);
    if (info->version != 1 || !cipher) continue;
    auto served = key;
    served.protocol = entry->protocol;
    served.cipher = *cipher;
    to.push_back(std::move(served));
  }
  if (!spoken_of) to.push_back(key);
}

}  // namespace

Result<asn1::SecurityInfos> security_infos_of_dg14(ByteView dg14) {
  CICADA_TRY(const auto object, asn1::read_only(dg14, kDg14));
  return asn1::parse_security_infos(object.value);
}

std::vector<ChipKey> chip_keys(const asn1::SecurityInfos& infos) {
  std::vector<ChipKey> keys;
  for (const auto& [entry, info] : infos.all<asn1::ChipAuthenticationPublicKeyInfo>()) {
    auto known = known_key(info->public_key);
    if (!known) continue;
    const bool curve = std::holds_alternative<crypto::openssl::Curve>(known->domain);
    if (curve != (entry->protocol == asn1::oids::kIdPkEcdh)) continue;
    // Without a ChipAuthenticationInfo a key is for 3DES, as it was before there were others.
    const ChipKey key{.protocol = curve ? kIdCaEcdhTdes : kIdCaDhTdes,
                      .domain = known->domain,
                      .public_key = std::move(known->value),
                      .key_id = info->key_id};
    add_keys(infos, curve ? kIdCaEcdh : kIdCaDh, key, keys);
  }
  return keys;
}

Result<ChipAuthentication> ChipAuthentication::create(const ChipKey& key, base::Rng& rng, KeyShape shape) {
  CICADA_TRY(auto group, PaceGroup::create(key.domain));
  CICADA_CHECK(group.check(key.public_key));
  CICADA_TRY(auto pair, make_key_pair(group, {}, shape, rng));
  return ChipAuthentication{key, std::move(group), std::move(pair)};
}

ObjectCommand ChipAuthentication::with_key_id(ObjectCommand command) const {
  if (key_.key_id) command.objects.push_back({.tag = kKeyId, .value = {static_cast<std::uint8_t>(*key_.key_id)}});
  return command;
}

ObjectCommand ChipAuthentication::key_agreement() const {
  return with_key_id({.ins = kInsManageSecurityEnvironment,
                      .p1 = 0x41,
                      .p2 = 0xA6,
                      .objects = {{.tag = kEphemeral, .value = pair_.shown}}});
}

ObjectCommand ChipAuthentication::select() const {
  return with_key_id({.ins = kInsManageSecurityEnvironment,
                      .p1 = 0x41,
                      .p2 = 0xA4,
                      .objects = {{.tag = kMechanism, .value = base::to_bytes(key_.protocol.content())}}});
}

ObjectCommand ChipAuthentication::authenticate() const {
  return {.ins = kInsGeneralAuthenticate,
          .frame = kDynamicAuthenticationData,
          .objects = {{.tag = kDynamicKey, .value = pair_.shown}},
          .answered = true};
}

Result<Session> ChipAuthentication::session() const {
  CICADA_TRY(const auto secret, group_.agree(pair_.secret.expose(), key_.public_key));
  CICADA_TRY(auto keys, host::access::pace::session_keys(secret.expose(), key_.cipher));
  const auto ssc = ByteView{kZeros}.first(key_.cipher == KeyKind::tdes ? kTdesBlock : kZeros.size());
  return Session::create(key_.cipher, std::move(keys.enc), std::move(keys.mac), ssc);
}

namespace {

Result<void> perform(Terminal& terminal, const ObjectCommand& command, ByteView answer, std::string_view note) {
  CICADA_TRY(const auto seen, terminal.protect(command.apdu(), {}, note));
  if (!seen.sound()) {
    return base::fail({.fault = Fault::security,
                       .what = "the answer to chip authentication is not soundly protected",
                       .clause = "9303-11 §9.8",
                       .sw = seen.sw});
  }
  if (seen.sw != 0x9000) {
    return base::fail({.fault = Fault::card_status,
                       .what = "chip authentication is refused",
                       .clause = "9303-11 §6.2.4",
                       .sw = seen.sw});
  }
  if (base::equal(seen.data, answer)) return {};
  return base::fail({.fault = Fault::malformed,
                     .what = "chip authentication is answered with other data than it has",
                     .clause = "9303-11 §6.2.4"});
}

}  // namespace

Result<ChipAuthenticationRun> run_chip_authentication(Terminal& terminal, const ChipKey& key) {
  constexpr std::array<std::uint8_t, 2> kEmptyTemplate = {0x7C, 0x00};
  CICADA_TRY(const auto run, ChipAuthentication::create(key, terminal.rng()));
  if (key.by_key_agreement_template()) {
    CICADA_CHECK(perform(terminal, run.key_agreement(), {}, "CA: MSE:Set KAT"));
  } else {
    CICADA_CHECK(perform(terminal, run.select(), {}, "CA: MSE:Set AT"));
    CICADA_CHECK(perform(terminal, run.authenticate(), kEmptyTemplate, "CA: GENERAL AUTHENTICATE"));
  }
  CICADA_TRY(auto session, run.session());
  CICADA_TRY(auto compressed, run.compressed_ephemeral());
  return ChipAuthenticationRun{.session = std::move(session), .compressed_terminal_ephemeral = std::move(compressed)};
}

}  // namespace cicada::conformance::terminal
