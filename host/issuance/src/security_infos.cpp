#include "security_infos.h"

#include <algorithm>
#include <array>

#include "cicada/asn1/oids.h"
#include "cicada/asn1/public_key.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/modp_group.h"

namespace cicada::host::issuance {
namespace {

using base::Bytes;
using base::fail;
using base::Fault;
using base::Result;
using crypto::openssl::Curve;
using crypto::openssl::Modp;

constexpr perso::DomainParameters kFirstCurve = 8;

std::unexpected<base::Error> other_keys() {
  return fail({.fault = Fault::bad_input, .what = "the chip's keys are not those that the profile asks for"});
}

Bytes ec_info(perso::DomainParameters domain, base::ByteView point) {
  // The standardized numbers of the curves are in the order of the enumeration (9303-11 §9.5.1).
  const auto& curve = crypto::openssl::curve_parameters(static_cast<Curve>(domain - kFirstCurve));
  return asn1::encode_ec_public_key_info({.p = curve.p,
                                          .a = curve.a,
                                          .b = curve.b,
                                          .generator = curve.generator,
                                          .order = curve.order,
                                          .cofactor = curve.cofactor},
                                         point);
}

Result<Bytes> dh_info(perso::DomainParameters domain, base::ByteView value) {
  CICADA_TRY(const auto group, crypto::openssl::ModpGroup::create(static_cast<Modp>(domain)));
  CICADA_CHECK(group.check(value));
  return asn1::encode_dh_public_key_info({.p = group.prime(), .g = group.generator(), .q = group.order()}, value);
}

/// Checked before it is signed: a key that no reader could use makes a card that nobody can verify.
Result<Bytes> agreement_key_info(perso::DomainParameters domain, const perso::ChipPublicKey& key) {
  if (perso::is_dh(domain)) return dh_info(domain, key.value);
  CICADA_CHECK(crypto::openssl::EcPublicKey::create(static_cast<Curve>(domain - kFirstCurve), key.value));
  return ec_info(domain, key.value);
}

asn1::Oid ecdsa_plain(std::uint8_t hash) {
  using namespace asn1::oids;
  constexpr std::array kAlgorithms{kEcdsaPlainSha1, kEcdsaPlainSha224, kEcdsaPlainSha256, kEcdsaPlainSha384,
                                   kEcdsaPlainSha512};
  return kAlgorithms.at(hash - 1U);
}

Result<asn1::SecurityInfo> terminal_info(const perso::Profile& profile) {
  constexpr std::uint16_t kUsualFid = 0x011C;
  constexpr std::uint8_t kUsualSfi = 0x1C;
  const auto file = std::ranges::find(profile.files, profile.terminal_authentication->cvca_file, &perso::File::name);
  if (file == profile.files.end()) return fail({.fault = Fault::bad_input, .what = "the profile has no EF.CVCA"});
  asn1::TerminalAuthenticationInfo info;
  if (file->fid != kUsualFid || file->sfi != kUsualSfi) {
    info.ef_cvca = asn1::CvcaFile{.file_id = file->fid, .short_file_id = {}};
    if (file->sfi != 0) info.ef_cvca->short_file_id = file->sfi;
  }
  return asn1::make_security_info(asn1::oids::kIdTa, info);
}

}  // namespace

Result<std::vector<asn1::SecurityInfo>> protocol_infos(const perso::Profile& profile) {
  std::vector<asn1::SecurityInfo> infos;
  if (profile.terminal_authentication) {
    CICADA_TRY(auto info, terminal_info(profile));
    infos.push_back(std::move(info));
  }
  for (const auto& key : profile.chip_authentication) {
    for (const auto& octets : key.oids) {
      CICADA_TRY(const auto oid, asn1::Oid::from_content(octets));
      asn1::ChipAuthenticationInfo info;
      if (key.key_id) info.key_id = *key.key_id;
      infos.push_back(asn1::make_security_info(oid, info));
    }
  }
  for (const auto& entry : profile.pace) {
    CICADA_TRY(const auto oid, asn1::Oid::from_content(entry.oid));
    infos.push_back(asn1::make_security_info(oid, asn1::PaceInfo{.version = 2, .parameter_id = entry.domain}));
  }
  return infos;
}

Result<std::vector<asn1::SecurityInfo>> key_infos(const perso::Profile& profile, const perso::ChipKeys& keys) {
  if (keys.chip.size() != profile.chip_authentication.size()) return other_keys();
  std::vector<asn1::SecurityInfo> infos;
  for (std::size_t i = 0; i < keys.chip.size(); ++i) {
    const auto& wanted = profile.chip_authentication[i];
    CICADA_TRY(const auto der, agreement_key_info(wanted.domain, keys.chip[i]));
    asn1::ChipAuthenticationPublicKeyInfo info;
    CICADA_TRY(info.public_key, asn1::parse_public_key_info(der));
    if (wanted.key_id) info.key_id = *wanted.key_id;
    const auto& protocol = perso::is_dh(wanted.domain) ? asn1::oids::kIdPkDh : asn1::oids::kIdPkEcdh;
    infos.push_back(asn1::make_security_info(protocol, std::move(info)));
  }
  const auto& active = profile.active_authentication;
  if (active && active->bits == 0) {
    infos.push_back(asn1::make_security_info(
        asn1::oids::kAaProtocolObject,
        asn1::ActiveAuthenticationInfo{.version = 1, .signature_algorithm = ecdsa_plain(active->hash)}));
  }
  return infos;
}

Result<Bytes> active_key_info(const perso::Profile& profile, const perso::ChipKeys& keys) {
  if (!profile.active_authentication || !keys.active) return other_keys();
  const auto& wanted = *profile.active_authentication;
  const auto& key = *keys.active;
  if (wanted.bits == 0) {
    CICADA_CHECK(crypto::openssl::EcPublicKey::create(static_cast<Curve>(wanted.domain - kFirstCurve), key.value));
    return ec_info(wanted.domain, key.value);
  }
  constexpr std::size_t kOctet = 8;
  if (key.modulus.size() * kOctet != wanted.bits) return other_keys();
  return asn1::encode_rsa_public_key_info(key.modulus, key.exponent);
}

}  // namespace cicada::host::issuance
