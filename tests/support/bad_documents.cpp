#include "bad_documents.h"

#include <array>
#include <memory>
#include <stdexcept>

#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/crypto/openssl/ec.h"

namespace cicada::tests {

std::vector<BadDocument> bad_certificates();

namespace oids = asn1::oids;
namespace pki = host::pki;
using base::Bytes;
using host::auth::CheckName;
using host::auth::CheckResult;

namespace {

constexpr auto kFailed = CheckResult::failed;
constexpr auto kOpen = CheckResult::not_checked;

/// A private signer for `sign` of a recipe.
std::function<Bytes(base::ByteView)> signed_by(pki::Signer signer) {
  auto shared = std::make_shared<pki::Signer>(std::move(signer));
  return [shared](base::ByteView octets) { return *shared->sign(octets); };
}

/// r and s of a P-256 signature in DER, each given.
Bytes ecdsa(const Bytes& r, const Bytes& s) {
  return asn1::encode_sequence({asn1::encode_unsigned(r), asn1::encode_unsigned(s)});
}

Bytes order() {
  return crypto::openssl::curve_parameters(crypto::openssl::Curve::p256).order;
}

void bend(Scene& scene, std::function<void(SodRecipe&)> change) {
  scene.bend = std::move(change);
}

std::vector<BadDocument> of_the_message() {
  const auto check = CheckName::sod_signature;
  return {
      {"sod-empty", check, kFailed, "cannot be read", [](Scene& s) { s.spoil = [](Bytes) { return Bytes{}; }; }},
      {"sod-truncated", check, kFailed, "cannot be read",
       [](Scene& s) {
         s.spoil = [](Bytes sod) {
           sod.pop_back();
           return sod;
         };
       }},
      {"sod-of-another-tag", check, kFailed, "does not begin with tag 77",
       [](Scene& s) {
         s.spoil = [](Bytes sod) {
           sod[0] = 0x60;
           return sod;
         };
       }},
      {"sod-without-message", check, kFailed, "cannot be read",
       [](Scene& s) {
         s.spoil = [](const Bytes&) {
           return asn1::encode_tlv(0x77, asn1::encode_sequence({asn1::encode_integer(1)}));
         };
       }},
      {"content-detached", check, kFailed, "nothing that was signed",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.detached = true; }); }},
      {"no-signer", check, kFailed, "has 0 signers", [](Scene& s) { bend(s, [](SodRecipe& r) { r.signers = 0; }); }},
      {"two-signers", check, kFailed, "has 2 signers", [](Scene& s) { bend(s, [](SodRecipe& r) { r.signers = 2; }); }},
      {"content-of-another-kind", check, kFailed, "not a document security object",
       [](Scene& s) {
         bend(s, [](SodRecipe& r) {
           r.content_type = oids::kCscaMasterList;
           r.attribute_content_type = oids::kCscaMasterList;
         });
       }},
      {"attributes-missing", check, kFailed, "signed attributes are missing",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.with_attributes = false; }); }},
      {"attribute-content-type-missing", check, kFailed, "do not name the content type",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.attribute_content_type.reset(); }); }},
      {"attribute-content-type-differs", check, kFailed, "another content type",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.attribute_content_type = oids::kData; }); }},
      {"attribute-digest-missing", check, kFailed, "no hash of the content",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.with_attribute_digest = false; }); }},
      {"attribute-digest-differs", check, kFailed, "its hash differs",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.attribute_digest = Bytes(32, 0x11); }); }},
      {"attribute-digest-of-another-hash", check, kFailed, "its hash differs",
       [](Scene& s) {
         bend(s, [](SodRecipe& r) {
           r.digest = pki::HashAlgorithm::sha512;          // computed
           r.digest_algorithm = algorithm(oids::kSha256);  // named
         });
       }},
      {"certificate-missing", check, kFailed, "holds no certificate",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.certificates.clear(); }); }},
  };
}

std::vector<BadDocument> of_the_signature() {
  const auto check = CheckName::sod_signature;
  const auto wrong = "the signature of EF.SOD is wrong";
  const auto sign = [](Scene& s, std::function<Bytes(base::ByteView)> f) {
    bend(s, [f = std::move(f)](SodRecipe& r) { r.sign = f; });
  };
  return {
      {"signed-by-a-stranger", check, kFailed, wrong, [=](Scene& s) { sign(s, signed_by(new_signer())); }},
      {"signed-something-else", check, kFailed, wrong,
       [](Scene& s) {
         bend(s, [](SodRecipe& r) { r.sign = [sign = r.sign](base::ByteView) { return sign(Bytes(8, 0x55)); }; });
       }},
      {"ecdsa-r-zero", check, kFailed, wrong,
       [=](Scene& s) { sign(s, [](base::ByteView) { return ecdsa({0}, {1}); }); }},
      {"ecdsa-s-zero", check, kFailed, wrong,
       [=](Scene& s) { sign(s, [](base::ByteView) { return ecdsa({1}, {0}); }); }},
      {"ecdsa-both-zero", check, kFailed, wrong,
       [=](Scene& s) { sign(s, [](base::ByteView) { return ecdsa({0}, {0}); }); }},
      {"ecdsa-r-is-the-order", check, kFailed, wrong,
       [=](Scene& s) { sign(s, [](base::ByteView) { return ecdsa(order(), {1}); }); }},
      {"ecdsa-s-is-the-order", check, kFailed, wrong,
       [=](Scene& s) { sign(s, [](base::ByteView) { return ecdsa({1}, order()); }); }},
      {"ecdsa-length-not-der", check, kFailed, wrong,
       [](Scene& s) {
         bend(s, [](SodRecipe& r) {
           r.sign = [sign = r.sign](base::ByteView octets) {
             auto signature = sign(octets);
             signature.insert(signature.begin() + 1, 0x81);
             return signature;
           };
         });
       }},
      {"ecdsa-octets-behind", check, kFailed, wrong,
       [](Scene& s) {
         bend(s, [](SodRecipe& r) {
           r.sign = [sign = r.sign](base::ByteView octets) { return base::concat({sign(octets), Bytes{0x00}}); };
         });
       }},
      {"signature-empty", check, kFailed, wrong, [=](Scene& s) { sign(s, [](base::ByteView) { return Bytes{}; }); }},
      {"signature-names-another-hash", check, kFailed, "another hash than the digest algorithm",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.signature_algorithm = algorithm(oids::kEcdsaWithSha512); }); }},
      {"rsa-named-for-an-ec-key", check, kFailed, "does not fit the key",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.signature_algorithm = algorithm(oids::kSha256WithRsa); }); }},
      {"ecdsa-named-for-an-rsa-key", check, kFailed, "does not fit the key",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.signature_algorithm = algorithm(oids::kEcdsaWithSha256); }); },
       pki::KeyAlgorithm::rsa_2048},
      {"rsa-pss-named-for-pkcs1", check, kFailed, wrong,
       [](Scene& s) {
         bend(s, [](SodRecipe& r) {
           r.signature_algorithm = {.oid = oids::kRsassaPss,
                                    .parameters = asn1::encode(asn1::PssParameters{
                                        .hash = oids::kSha256, .mgf_hash = oids::kSha256, .salt_length = 32})};
         });
       },
       pki::KeyAlgorithm::rsa_2048},
      {"rsa-pss-of-another-hash", check, kFailed, "another hash than the digest algorithm",
       [](Scene& s) {
         bend(s, [](SodRecipe& r) {
           r.signature_algorithm = {.oid = oids::kRsassaPss,
                                    .parameters = asn1::encode(asn1::PssParameters{
                                        .hash = oids::kSha512, .mgf_hash = oids::kSha512, .salt_length = 64})};
         });
       },
       pki::KeyAlgorithm::rsa_2048},
      {"rsa-signature-cut", check, kFailed, wrong,
       [](Scene& s) {
         bend(s, [](SodRecipe& r) {
           r.sign = [sign = r.sign](base::ByteView octets) {
             auto signature = sign(octets);
             signature.pop_back();
             return signature;
           };
         });
       },
       pki::KeyAlgorithm::rsa_2048},
      {"digest-md5", check, kOpen, "is not supported",
       [](Scene& s) {
         bend(s, [](SodRecipe& r) { r.digest_algorithm = algorithm(asn1::Oid::of("1.2.840.113549.2.5")); });
       }},
      {"signature-md5", check, kOpen, "is not supported",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.signature_algorithm = algorithm(oids::kMd5WithRsa); }); }},
      {"ds-key-on-a-forged-curve", check, kFailed, "not those of a known curve",
       [](Scene& s) {
         // CVE-2020-0601: the right curve with another generator.
         const auto& p256 = crypto::openssl::curve_parameters(crypto::openssl::Curve::p256);
         const auto point = asn1::parse_public_key_info(s.document.authority.ds.public_key)->key;
         s.document.authority.ds.public_key = asn1::encode_ec_public_key_info(
             asn1::EcDomainParameters{
                 .p = p256.p, .a = p256.a, .b = p256.b, .generator = point, .order = p256.order, .cofactor = 1},
             point);
       }},
      {"ds-key-off-its-curve", check, kFailed, "the key of the signer",
       [](Scene& s) { s.document.authority.ds.public_key.back() ^= 0x01; }},
      {"ds-key-with-exponent-one", check, kFailed, "the key of the signer",
       [](Scene& s) {
         const auto numbers =
             *asn1::parse_rsa_public_key(*asn1::parse_public_key_info(s.document.authority.ds.public_key));
         s.document.authority.ds.public_key = asn1::encode_rsa_public_key_info(numbers.modulus, Bytes{0x01});
       },
       pki::KeyAlgorithm::rsa_2048},
  };
}

std::vector<BadDocument> of_the_data_groups() {
  const auto check = CheckName::dg_hashes;
  const auto list = [](Scene& s, std::function<void(asn1::LdsSecurityObject&)> f) {
    bend(s, [f = std::move(f)](SodRecipe& r) { f(r.list); });
  };
  const auto change = [](Scene& s, std::function<void(std::map<int, Bytes>&)> f) { s.change_groups = std::move(f); };
  return {
      {"data-group-changed", check, kFailed, "DG2: not what was signed",
       [=](Scene& s) { change(s, [](auto& groups) { groups[2].back() ^= 0x01; }); }},
      {"data-groups-swapped", check, kFailed, "DG2, DG13: not what was signed",
       [=](Scene& s) { change(s, [](auto& groups) { std::swap(groups[2], groups[13]); }); }},
      {"data-group-encoded-again", check, kFailed, "DG13: not what was signed",
       [=](Scene& s) {
         change(s, [](auto& groups) {
           const auto object = *asn1::read_only(groups[13]);
           groups[13] = base::concat({Bytes{0x6D, 0x82, 0x00, 0xC8}, object.value});
         });
       }},
      {"data-group-followed", check, kFailed, "DG2: octets that nobody signed follow",
       [=](Scene& s) { change(s, [](auto& groups) { groups[2].push_back(0x42); }); }},
      {"data-group-not-listed", check, kFailed, "DG11: on the chip, but not in the security object",
       [=](Scene& s) { change(s, [](auto& groups) { groups[11] = asn1::encode_tlv(0x6B, Bytes(4)); }); }},
      {"data-group-missing", check, kOpen, "DG13 of the security object was not given",
       [=](Scene& s) {
         change(s, [](auto& groups) { groups.erase(13); });
         s.policy.every_group = true;
       }},
      {"data-groups-all-missing", check, kOpen, "no data group was given",
       [=](Scene& s) { change(s, [](auto& groups) { groups.clear(); }); }},
      {"hash-of-another-algorithm", check, kFailed, "not what was signed",
       [=](Scene& s) { list(s, [](auto& object) { object.hash_algorithm = algorithm(oids::kSha512); }); }},
      {"hash-cut", check, kFailed, "DG2: not what was signed",
       [=](Scene& s) { list(s, [](auto& object) { object.data_groups[1].hash.resize(8); }); }},
      {"hash-algorithm-unknown", check, kOpen, "is not supported",
       [=](Scene& s) {
         list(s, [](auto& object) { object.hash_algorithm = algorithm(asn1::Oid::of("1.2.840.113549.2.5")); });
       }},
      {"list-with-a-group-twice", check, kFailed, "the list of hashes in EF.SOD cannot be read",
       [](Scene& s) {
         bend(s, [](SodRecipe& r) {
           const auto good = *asn1::encode(r.list);
           r.content = patched(good, Bytes{0x02, 0x01, 0x0D, 0x04}, Bytes{0x02, 0x01, 0x02, 0x04});
         });
       }},
      {"list-with-group-zero", check, kFailed, "the list of hashes in EF.SOD cannot be read",
       [](Scene& s) {
         bend(s, [](SodRecipe& r) {
           r.content = patched(*asn1::encode(r.list), Bytes{0x02, 0x01, 0x0D, 0x04}, Bytes{0x02, 0x01, 0x00, 0x04});
         });
       }},
      {"list-is-none", check, kFailed, "the list of hashes in EF.SOD cannot be read",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.content = Bytes{0x04, 0x01, 0x00}; }); }},
      {"hashes-match-an-unsigned-list", check, kOpen, "so this proves nothing",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.sign = signed_by(new_signer()); }); }},
  };
}

}  // namespace

const std::vector<BadDocument>& bad_documents() {
  static const auto kAll = [] {
    std::vector<BadDocument> all;
    for (auto part : {of_the_message(), of_the_signature(), of_the_data_groups(), bad_certificates()}) {
      for (auto& one : part) all.push_back(std::move(one));
    }
    return all;
  }();
  return kAll;
}

Evidence make(const Scene& scene) {
  auto recipe = scene.document.recipe();
  if (scene.bend) scene.bend(recipe);
  auto sod = seal(recipe);
  if (scene.spoil) sod = scene.spoil(std::move(sod));
  auto groups = scene.document.groups;
  if (scene.change_groups) scene.change_groups(groups);
  const auto& authority = scene.document.authority;
  return {.sod = std::move(sod),
          .groups = std::move(groups),
          .trust = scene.trust ? scene.trust(authority) : authority.trust(),
          .at = scene.at,
          .policy = scene.policy,
          .issued_at = scene.issued_at};
}

host::auth::PassiveInput Evidence::input(bool strict) const {
  host::auth::PassiveInput input{.ef_sod = sod, .trust = &trust, .at = at, .policy = policy, .issued_at = issued_at};
  input.policy.strict = strict;
  for (const auto& [number, octets] : groups) input.data_groups[number] = octets;
  return input;
}

}  // namespace cicada::tests
