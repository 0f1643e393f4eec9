// Keys for chip authentication, on the card and in its DG14, and certificates for terminals.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cicada/applet_sim/kernel/content.h"
#include "cicada/asn1/ef_cvca.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/public_key.h"
#include "cicada/asn1/security_infos.h"
#include "cicada/base/rng.h"
#include "cicada/crypto/openssl/ec_group.h"
#include "cicada/crypto/openssl/modp_group.h"
#include "cicada/host/lds/dg14.h"
#include "cicada/host/pki/cv_issue.h"

namespace cicada::tests {

namespace ossl = crypto::openssl;
namespace card_crypto = crypto::mbedtls;
namespace applet = applet_sim::applet;
namespace ta = applet_sim::protocol::ta;
using asn1::CvRole;
using base::as_bytes;
using base::Bytes;
using base::SecretBytes;
using base::SystemRng;
using base::to_bytes;
using host::pki::CvSigner;
using std::chrono::year;

// Both rooms list curves, groups and hashes in the order of the standard.
inline card_crypto::Curve card_curve(ossl::Curve curve) {
  return static_cast<card_crypto::Curve>(std::to_underlying(curve));
}
inline card_crypto::HashAlgorithm card_hash(ossl::HashAlgorithm hash) {
  return static_cast<card_crypto::HashAlgorithm>(std::to_underlying(hash));
}

inline asn1::EcDomainParameters domain_of(ossl::Curve curve) {
  const auto& known = ossl::curve_parameters(curve);
  return {.p = known.p,
          .a = known.a,
          .b = known.b,
          .generator = known.generator,
          .order = known.order,
          .cofactor = known.cofactor};
}

inline Bytes dg14_of(std::vector<asn1::SecurityInfo> entries) {
  return host::lds::build_dg14(asn1::encode_security_infos(entries)).value();
}

struct ChipCase {
  applet::ChipKey key;
  Bytes dg14;
};

/// A key of the card, and the DG14 that tells of it. `leaf`: 1 3DES, 2 to 4 AES.
inline ChipCase ec_case(ossl::Curve curve, unsigned leaf) {
  const auto pair = ossl::EcPrivateKey::generate(curve).value();
  const auto oid = asn1::Oid::from_dotted("0.4.0.127.0.7.2.2.3.2." + std::to_string(leaf)).value();
  const auto info = asn1::encode_ec_public_key_info(domain_of(curve), pair.public_point());
  return {.key = {.id = 7,
                  .secret = applet::EcSecret{.curve = card_curve(curve), .scalar = pair.scalar().value()},
                  .protocols = {to_bytes(oid.content())}},
          .dg14 = dg14_of(
              {asn1::make_security_info(asn1::oids::kIdPkEcdh,
                                        asn1::ChipAuthenticationPublicKeyInfo{
                                            .public_key = asn1::parse_public_key_info(info).value(), .key_id = 7}),
               asn1::make_security_info(oid, asn1::ChipAuthenticationInfo{.key_id = 7})})};
}

inline ChipCase dh_case(ossl::Modp modp, unsigned leaf) {
  SystemRng rng;
  const auto group = ossl::ModpGroup::create(modp).value();
  auto secret = group.random_exponent(rng).value();
  const auto value = group.power_of_generator(secret.expose()).value();
  const auto oid = asn1::Oid::from_dotted("0.4.0.127.0.7.2.2.3.1." + std::to_string(leaf)).value();
  const auto info =
      asn1::encode_dh_public_key_info({.p = group.prime(), .g = group.generator(), .q = group.order()}, value);
  return {.key = {.id = 7,
                  .secret = applet::DhSecret{.group = static_cast<card_crypto::Modp>(std::to_underlying(modp)),
                                             .exponent = std::move(secret)},
                  .protocols = {to_bytes(oid.content())}},
          .dg14 = dg14_of(
              {asn1::make_security_info(asn1::oids::kIdPkDh,
                                        asn1::ChipAuthenticationPublicKeyInfo{
                                            .public_key = asn1::parse_public_key_info(info).value(), .key_id = 7}),
               asn1::make_security_info(oid, asn1::ChipAuthenticationInfo{.key_id = 7})})};
}

inline applet_sim::kernel::CardContent with_chip_key(applet::ChipKey key) {
  applet_sim::kernel::CardContent content;
  content.chip_keys.push_back(std::move(key));
  return content;
}

/// CVCA, DV and terminal with keys of one algorithm.
struct Country {
  CvSigner cvca, dv, terminal;
  asn1::CvCertificate root;
  std::vector<asn1::CvCertificate> chain;
};
inline CvSigner new_signer(const char* algorithm) {
  const auto oid = asn1::Oid::from_dotted(algorithm).value();
  const bool rsa = oid.is_under(asn1::Oid::of("0.4.0.127.0.7.2.2.2.1"));
  auto key = rsa ? ossl::PrivateKey{ossl::RsaPrivateKey::generate(2048).value()}
                 : ossl::PrivateKey{ossl::EcPrivateKey::generate(ossl::Curve::brainpool_p256r1).value()};
  return CvSigner::create(std::move(key), oid).value();
}
inline host::pki::CvTerms terms(const char* holder, CvRole role, bool dg3, bool dg4) {
  return {.holder_reference = holder,
          .authorization = asn1::inspection_system(role, dg3, dg4),
          .effective = year{2026} / 1 / 1,
          .expiration = year{2026} / 12 / 31};
}
inline Country make_country(const char* algorithm) {
  auto cvca = new_signer(algorithm);
  auto dv = new_signer(algorithm);
  auto terminal = new_signer(algorithm);
  auto root = issue_self_signed(terms("VNCVCA00001", CvRole::cvca, true, true), cvca).value();
  auto verifier =
      issue_cv_certificate(terms("VNDVDV00001", CvRole::dv_domestic, true, true), dv.public_key(false), root, cvca)
          .value();
  auto system = issue_cv_certificate(terms("VNISIS00001", CvRole::terminal, true, false), terminal.public_key(false),
                                     verifier, dv)
                    .value();
  return {.cvca = std::move(cvca),
          .dv = std::move(dv),
          .terminal = std::move(terminal),
          .root = std::move(root),
          .chain = {std::move(verifier), std::move(system)}};
}
inline ta::TrustPoint trust_point(const Country& of) {
  ta::TrustPoint point{.holder = to_bytes(as_bytes(of.root.holder_reference)),
                       .authorization = 0xC3,
                       .effective = {2, 6, 0, 1, 0, 1},
                       .expiration = {2, 6, 1, 2, 3, 1},
                       .key = {}};
  const auto arcs = of.root.public_key.algorithm.content();
  point.key.scheme = static_cast<ta::Scheme>(arcs[arcs.size() - 2] * 16 + arcs[arcs.size() - 1]);
  if (const auto* const rsa = of.root.public_key.rsa()) {
    point.key.key = ta::RsaKey{.modulus = rsa->modulus, .exponent = rsa->exponent};
  } else {
    point.key.key = ta::EcKey{.curve = card_crypto::Curve::brainpool_p256r1, .point = of.root.public_key.ec()->point};
  }
  return point;
}

}  // namespace cicada::tests
