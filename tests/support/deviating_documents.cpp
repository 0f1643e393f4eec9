#include <array>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include "bad_documents.h"
#include "cicada/asn1/cms.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/base/file.h"
#include "cicada/crypto/openssl/private_key.h"
#include "cicada/host/auth/deviation.h"

namespace cicada::tests {

namespace oids = asn1::oids;
namespace pki = host::pki;
namespace ossl = crypto::openssl;
namespace named = host::auth::deviation;
using base::Bytes;
using base::ByteView;
using host::auth::CheckName;
using pki::HashAlgorithm;

namespace {

template <typename T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().describe());
  return *std::move(result);
}

/// Rewrites an object: `replace` may answer with other octets for any object inside; lengths are made anew.
Bytes rewritten(ByteView object, const std::function<std::optional<Bytes>(const asn1::Tlv&)>& replace,
                bool indefinite = false) {
  const auto tlv = must(asn1::read_only(object));
  if (auto other = replace(tlv)) return *std::move(other);
  if (!tlv.constructed()) return base::to_bytes(object);
  Bytes content;
  for (const auto& part : must(asn1::read_all(tlv.value))) {
    base::append(content, rewritten(part.whole, replace, indefinite));
  }
  if (!indefinite) return asn1::encode_tlv(tlv.tag, content);
  return base::concat({Bytes{static_cast<std::uint8_t>(tlv.tag), 0x80}, content, Bytes{0x00, 0x00}});
}

std::optional<Bytes> keep(const asn1::Tlv&) {
  return std::nullopt;
}

asn1::SignedData message_of(const Bytes& sod) {
  return must(asn1::parse_signed_data(must(asn1::read_only(sod)).value));
}

/// An OCTET STRING with this value in two pieces.
Bytes in_pieces(const Bytes& sod, const Bytes& value) {
  return rewritten(sod, [&](const asn1::Tlv& tlv) -> std::optional<Bytes> {
    if (tlv.tag != asn1::tags::kOctetString || !base::equal(tlv.value, value)) return std::nullopt;
    const auto half = value.size() / 2;
    return asn1::encode_tlv(
        0x24, {asn1::encode_octet_string(tlv.value.first(half)), asn1::encode_octet_string(tlv.value.subspan(half))});
  });
}

/// The elements of a SET or [0] the other way round.
Bytes turned_round(ByteView set) {
  const auto tlv = must(asn1::read_only(set));
  auto parts = must(asn1::read_all(tlv.value));
  std::ranges::reverse(parts);
  Bytes content;
  for (const auto& part : parts) base::append(content, part.whole);
  return asn1::encode_tlv(tlv.tag, content);
}

Bytes with_attributes_turned_round(const Bytes& sod) {
  const auto attributes = message_of(sod).signer_infos.at(0).signed_attributes;
  return rewritten(sod, [&](const asn1::Tlv& tlv) -> std::optional<Bytes> {
    if (!base::equal(tlv.whole, attributes)) return std::nullopt;
    return turned_round(tlv.whole);
  });
}

/// The last octet of the UTCTime behind the type signingTime, changed.
Bytes with_unreadable_time(Bytes octets) {
  const auto type = oids::kSigningTime.der();
  const auto found = std::ranges::search(octets, type);
  if (found.empty()) throw std::runtime_error("no signing time");
  *(found.end() + 2 + 2 + 12) = 'Q';  // SET, UTCTime, YYMMDDHHMMSSZ
  return octets;
}

std::pair<Bytes, Bytes> numbers_of(const Bytes& signature) {
  const auto parts = must(asn1::read_all(must(asn1::read_only(signature)).value));
  return {base::to_bytes(asn1::trim_unsigned(parts.at(0).value)),
          base::to_bytes(asn1::trim_unsigned(parts.at(1).value))};
}

Bytes wide(const Bytes& number, std::size_t width) {
  return base::concat({Bytes(width - number.size()), number});
}

/// One RSA key for all: making one takes a tenth of a second.
const ossl::PrivateKey& rsa_key() {
  static const ossl::PrivateKey kKey{must(ossl::RsaPrivateKey::generate(2048))};
  return kKey;
}

enum class RsaForm : std::uint8_t { usual, negative, pss_only };

Bytes rsa_key_info(RsaForm form) {
  const auto& key = *rsa_key().rsa();
  if (form == RsaForm::usual) return asn1::encode_rsa_public_key_info(key.modulus(), key.exponent());
  const auto modulus = form == RsaForm::negative ? asn1::encode_tlv(asn1::tags::kInteger, key.modulus())
                                                 : asn1::encode_unsigned(key.modulus());
  const auto numbers = asn1::encode_sequence({modulus, asn1::encode_unsigned(key.exponent())});
  const asn1::AlgorithmIdentifier type{.oid = form == RsaForm::pss_only ? oids::kRsassaPss : oids::kRsaEncryption,
                                       .parameters = form == RsaForm::pss_only ? Bytes{} : asn1::encode_null()};
  return asn1::encode_sequence({asn1::encode(type), asn1::encode_bit_string(numbers)});
}

using RsaSign = std::function<Bytes(const ossl::RsaPrivateKey&, ByteView digest)>;

/// The document's signer gets the RSA key; signed with SHA-256 and the algorithm as named.
void with_rsa(Scene& scene, asn1::AlgorithmIdentifier algorithm, RsaSign sign, RsaForm form = RsaForm::usual,
              HashAlgorithm hash = HashAlgorithm::sha256) {
  scene.document.authority.ds.public_key = rsa_key_info(form);
  scene.bend = [=](SodRecipe& recipe) {
    recipe.digest = hash;
    recipe.digest_algorithm = {.oid = pki::oid_of(hash), .parameters = {}};
    recipe.digest_algorithms = {recipe.digest_algorithm};
    recipe.signature_algorithm = algorithm;
    recipe.sign = [=](ByteView octets) { return sign(*rsa_key().rsa(), must(ossl::hash(hash, octets))); };
  };
}

RsaSign pkcs1(HashAlgorithm hash = HashAlgorithm::sha256) {
  return [hash](const ossl::RsaPrivateKey& key, ByteView digest) { return must(key.sign_pkcs1(hash, digest)); };
}

RsaSign pss(HashAlgorithm hash, HashAlgorithm mask, std::uint32_t salt) {
  return [=](const ossl::RsaPrivateKey& key, ByteView digest) {
    return must(key.sign_pss({.hash = hash, .mgf_hash = mask, .salt_length = salt}, digest));
  };
}

/// PKCS#1 v1.5 around a DigestInfo of SHA-256 without NULL, made by the openssl command.
Bytes sign_without_null(const ossl::RsaPrivateKey&, ByteView digest) {
  const auto info =
      asn1::encode_sequence({asn1::encode_sequence({oids::kSha256.der()}), asn1::encode_octet_string(digest)});
  const TemporaryFolder folder;
  const auto pem = must(rsa_key().to_pem());
  folder.write("key.pem", pem.expose());
  folder.write("info", info);
  const auto at = [&](const char* file) { return (folder.path() / file).string(); };
  const auto command = "openssl pkeyutl -sign -inkey " + at("key.pem") + " -pkeyopt rsa_padding_mode:pkcs1 -in " +
                       at("info") + " -out " + at("signature");
  // NOLINTNEXTLINE(cert-env33-c,concurrency-mt-unsafe): a test's own command line
  if (std::system(command.c_str()) != 0) throw std::runtime_error("openssl does not sign");
  return must(base::read_file(folder.path() / "signature"));
}

asn1::AlgorithmIdentifier pss_algorithm(const Bytes& parameters) {
  return {.oid = oids::kRsassaPss, .parameters = parameters};
}

Bytes pss_parameters(const asn1::Oid& hash, const asn1::Oid& mask, std::uint32_t salt) {
  return asn1::encode(asn1::PssParameters{.hash = hash, .mgf_hash = mask, .salt_length = salt});
}

void bend(Scene& scene, std::function<void(SodRecipe&)> change) {
  scene.bend = std::move(change);
}

/// Signatures pass through `change` on their way into the message.
void change_signature(Scene& scene, std::function<Bytes(const Bytes&)> change) {
  bend(scene, [change = std::move(change)](SodRecipe& recipe) {
    recipe.sign = [sign = recipe.sign, change](ByteView octets) { return change(sign(octets)); };
  });
}

void name_algorithm(Scene& scene, asn1::AlgorithmIdentifier algorithm) {
  bend(scene, [algorithm = std::move(algorithm)](SodRecipe& recipe) { recipe.signature_algorithm = algorithm; });
}

std::vector<DeviatingDocument> of_the_frame() {
  const auto check = CheckName::sod_signature;
  return {
      {"frame-missing", check, named::kSodWithoutFrame,
       [](Scene& s) { s.spoil = [](const Bytes& sod) { return base::to_bytes(must(asn1::read_only(sod)).value); }; }},
      {"frame-followed-by-zeros", check, named::kOctetsAfterSod,
       [](Scene& s) {
         s.spoil = [](Bytes sod) {
           sod.resize(sod.size() + 100);
           return sod;
         };
       }},
      {"frame-with-more-inside", check, named::kOctetsAfterSod,
       [](Scene& s) {
         s.spoil = [](const Bytes& sod) {
           return asn1::encode_tlv(0x77, {must(asn1::read_only(sod)).value, Bytes(3)});
         };
       }},
      {"frame-of-indefinite-length", check, pki::deviation::kIndefiniteLength,
       [](Scene& s) {
         s.spoil = [](const Bytes& sod) {
           return base::concat({Bytes{0x77, 0x80}, must(asn1::read_only(sod)).value, Bytes(2)});
         };
       }},
      {"message-of-indefinite-lengths", check, pki::deviation::kIndefiniteLength,
       [](Scene& s) {
         s.spoil = [](const Bytes& sod) {
           return asn1::encode_tlv(0x77, rewritten(must(asn1::read_only(sod)).value, keep, true));
         };
       }},
      {"everything-of-indefinite-length", check, pki::deviation::kIndefiniteLength,
       [](Scene& s) { s.spoil = [](const Bytes& sod) { return rewritten(sod, keep, true); }; }},
      {"content-in-pieces", check, pki::deviation::kContentInPieces,
       [](Scene& s) { s.spoil = [](const Bytes& sod) { return in_pieces(sod, *message_of(sod).content); }; }},
      {"signature-in-pieces", check, pki::deviation::kSignatureInPieces,
       [](Scene& s) {
         s.spoil = [](const Bytes& sod) { return in_pieces(sod, message_of(sod).signer_infos.at(0).signature); };
       }},
      {"content-type-of-old", check, named::kOldContentType,
       [](Scene& s) {
         bend(s, [](SodRecipe& r) {
           r.content_type = oids::kOldLdsSecurityObject;
           r.attribute_content_type = oids::kOldLdsSecurityObject;
         });
       }},
      {"message-version-one", check, named::kSignedDataVersion,
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.version = 1; }); }},
      {"signer-version-three", check, named::kSignerInfoVersion,
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.signer_version = 3; }); }},
      {"digest-not-listed", check, named::kDigestNotListed,
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.digest_algorithms.clear(); }); }},
      {"attributes-not-sorted-but-signed-sorted", check, pki::deviation::kAttributesNotSorted,
       [](Scene& s) { s.spoil = with_attributes_turned_round; }},
      {"attributes-not-sorted-signed-as-they-stand", check, pki::deviation::kAttributesNotSorted,
       [](Scene& s) {
         bend(s,
              [](SodRecipe& r) { r.sign = [sign = r.sign](ByteView octets) { return sign(turned_round(octets)); }; });
         s.spoil = with_attributes_turned_round;
       }},
      {"signing-time-not-readable", check, pki::deviation::kSigningTimeUnreadable,
       [](Scene& s) {
         bend(s, [](SodRecipe& r) {
           r.sign = [sign = r.sign](ByteView octets) { return sign(with_unreadable_time(base::to_bytes(octets))); };
         });
         s.spoil = with_unreadable_time;
       }},
      {"certificate-twice", check, pki::deviation::kElementTwice,
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.certificates.push_back(r.certificates.front()); }); }},
      {"digest-algorithm-twice", check, pki::deviation::kElementTwice,
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.digest_algorithms.push_back(r.digest_algorithms.front()); }); }},
      {"attributes-unsigned-too", check, named::kUnsignedAttributes,
       [](Scene& s) {
         bend(s, [](SodRecipe& r) {
           r.unsigned_attributes = asn1::encode_tlv(
               0xA1,
               asn1::encode_sequence({asn1::Oid::of("1.2.3.4").der(), asn1::encode_tlv(0x31, Bytes{0x05, 0x00})}));
         });
       }},
  };
}

std::vector<DeviatingDocument> of_the_signer() {
  const auto check = CheckName::sod_signature;
  return {
      {"signer-named-by-nobody", check, named::kSignerByElimination,
       [](Scene& s) {
         bend(s, [](SodRecipe& r) {
           r.signer_id = key_identifier_sid(Bytes(20, 0x01));
           r.signer_version = 3;
         });
       }},
      {"signer-not-embedded", check, named::kSignerNotEmbedded,
       [](Scene& s) {
         bend(s, [](SodRecipe& r) { r.certificates.clear(); });
         s.trust = [](const Authority& authority) {
           auto store = authority.trust();
           if (!store.add(authority.ds_certificate())) throw std::runtime_error("no store");
           return store;
         };
       }},
      {"signer-name-turned-round", check, named::kSignerNameForm,
       [](Scene& s) {
         bend(s, [](SodRecipe& r) {
           const auto parts = must(asn1::read_all(must(asn1::read_only(r.signer_id)).value));
           r.signer_id = asn1::encode_sequence({turned_round(parts.at(0).whole), parts.at(1).whole});
         });
       }},
      {"signer-name-of-other-strings", check, named::kSignerNameForm,
       [](Scene& s) {
         bend(s, [](SodRecipe& r) {
           r.signer_id = rewritten(r.signer_id, [](const asn1::Tlv& tlv) -> std::optional<Bytes> {
             if (tlv.tag != asn1::tags::kPrintableString) return std::nullopt;
             return asn1::encode_tlv(asn1::tags::kUtf8String, tlv.value);
           });
         });
       }},
      {"signer-key-identifier-computed", check, pki::deviation::kSignerKeyIdentifierComputed,
       [](Scene& s) {
         drop(s.document.authority.ds.extensions, oids::kSubjectKeyIdentifier);
         const auto id = key_id(s.document.authority.ds_key);
         bend(s, [id](SodRecipe& r) {
           r.signer_id = key_identifier_sid(id);
           r.signer_version = 3;
         });
       }},
  };
}

std::vector<DeviatingDocument> of_ecdsa() {
  const auto check = CheckName::sod_signature;
  return {
      {"ecdsa-names-the-key-only", check, named::kSignatureNamesKeyOnly,
       [](Scene& s) { name_algorithm(s, algorithm(oids::kEcPublicKey)); }},
      {"ecdsa-names-the-hash-only", check, pki::deviation::kSignatureNamesHashOnly,
       [](Scene& s) { name_algorithm(s, algorithm(oids::kSha256)); }},
      {"ecdsa-with-parameters", check, pki::deviation::kSignatureAlgorithmParameters,
       [](Scene& s) {
         name_algorithm(s, {.oid = oids::kEcdsaWithSha256, .parameters = asn1::Oid::of("1.2.840.10045.3.1.7").der()});
       }},
      {"ecdsa-with-specified-hash", check, pki::deviation::kSignatureAlgorithmForm,
       [](Scene& s) {
         name_algorithm(s, {.oid = oids::kEcdsaWithSpecified, .parameters = asn1::encode(algorithm(oids::kSha256))});
       }},
      {"ecdsa-with-recommended-hash", check, pki::deviation::kSignatureAlgorithmForm,
       [](Scene& s) { name_algorithm(s, algorithm(oids::kEcdsaWithRecommended)); }},
      {"ecdsa-plain-by-name", check, pki::deviation::kEcdsaPlain,
       [](Scene& s) {
         bend(s, [](SodRecipe& r) {
           r.signature_algorithm = algorithm(asn1::Oid::of("0.4.0.127.0.7.1.1.4.1.3"));
           r.sign = [sign = r.sign](ByteView octets) {
             const auto [x, y] = numbers_of(sign(octets));
             return base::concat({wide(x, 32), wide(y, 32)});
           };
         });
       }},
      {"ecdsa-plain-unnamed-and-too-wide", check, pki::deviation::kEcdsaPlain,
       [](Scene& s) {
         change_signature(s, [](const Bytes& signature) {
           const auto [x, y] = numbers_of(signature);
           return base::concat({wide(x, 34), wide(y, 34)});
         });
       }},
      {"ecdsa-integers-too-wide", check, pki::deviation::kEcdsaIntegerForm,
       [](Scene& s) {
         change_signature(s, [](const Bytes& signature) {
           const auto [x, y] = numbers_of(signature);
           return asn1::encode_sequence({asn1::encode_tlv(asn1::tags::kInteger, wide(x, 36)),
                                         asn1::encode_tlv(asn1::tags::kInteger, wide(y, 36))});
         });
       }},
      {"ecdsa-integers-without-their-zero", check, pki::deviation::kEcdsaIntegerForm,
       [](Scene& s) {
         bend(s, [](SodRecipe& r) {
           r.sign = [sign = r.sign](ByteView octets) {
             // A number with its first bit set comes soon.
             for (int i = 0; i < 64; ++i) {
               const auto [x, y] = numbers_of(sign(octets));
               if (((x.front() | y.front()) & 0x80U) == 0) continue;
               return asn1::encode_sequence(
                   {asn1::encode_tlv(asn1::tags::kInteger, x), asn1::encode_tlv(asn1::tags::kInteger, y)});
             }
             throw std::runtime_error("no such signature");
           };
         });
       }},
  };
}

std::vector<DeviatingDocument> of_rsa() {
  const auto check = CheckName::sod_signature;
  const auto sha256 = HashAlgorithm::sha256;
  const auto sha512 = HashAlgorithm::sha512;
  const Bytes no_fields = {0x30, 0x00};
  return {
      {"rsa-names-the-key-only", check, named::kSignatureNamesKeyOnly,
       [](Scene& s) { with_rsa(s, {.oid = oids::kRsaEncryption, .parameters = asn1::encode_null()}, pkcs1()); }},
      {"rsa-names-the-hash-only", check, pki::deviation::kSignatureNamesHashOnly,
       [](Scene& s) { with_rsa(s, algorithm(oids::kSha256), pkcs1()); }},
      {"rsa-algorithm-without-null", check, pki::deviation::kRsaWithoutNull,
       [](Scene& s) { with_rsa(s, algorithm(oids::kSha256WithRsa), pkcs1()); }},
      {"rsa-with-sha1", check, named::kSha1,
       [](Scene& s) {
         with_rsa(s, algorithm(oids::kSha1WithRsa), pkcs1(HashAlgorithm::sha1), RsaForm::usual, HashAlgorithm::sha1);
       }},
      {"rsa-with-the-old-name-of-sha1", check, pki::deviation::kSignatureAlgorithmForm,
       [](Scene& s) {
         with_rsa(s, algorithm(oids::kOiwSha1WithRsa), pkcs1(HashAlgorithm::sha1), RsaForm::usual, HashAlgorithm::sha1);
       }},
      {"rsa-digest-info-without-null", check, pki::deviation::kDigestInfoWithoutNull,
       [](Scene& s) { with_rsa(s, algorithm(oids::kSha256WithRsa), sign_without_null); }},
      {"rsa-pss-key-signed-pkcs1", check, pki::deviation::kPssKeySignedPkcs1,
       [](Scene& s) { with_rsa(s, algorithm(oids::kSha256WithRsa), pkcs1(), RsaForm::pss_only); }},
      {"rsa-pss-without-parameters", check, named::kPssWithoutParameters,
       [=](Scene& s) { with_rsa(s, pss_algorithm({}), pss(sha256, sha256, 32)); }},
      {"rsa-pss-without-parameters-salt-of-twenty", check, pki::deviation::kPssSaltLength,
       [=](Scene& s) { with_rsa(s, pss_algorithm({}), pss(sha256, sha256, 20)); }},
      {"rsa-pss-without-hash", check, pki::deviation::kPssWithoutHash,
       [=](Scene& s) { with_rsa(s, pss_algorithm(no_fields), pss(sha512, sha512, 20), RsaForm::usual, sha512); }},
      {"rsa-pss-without-hash-salt-of-sixty-four", check, pki::deviation::kPssWithoutHash,
       [=](Scene& s) { with_rsa(s, pss_algorithm(no_fields), pss(sha512, sha512, 64), RsaForm::usual, sha512); }},
      {"rsa-pss-without-mask-hash", check, pki::deviation::kPssWithoutMaskHash,
       [=](Scene& s) {
         with_rsa(s, pss_algorithm(pss_parameters(oids::kSha256, oids::kSha1, 32)), pss(sha256, sha256, 32));
       }},
      {"rsa-pss-salt-not-as-stated", check, pki::deviation::kPssSaltLength,
       [=](Scene& s) {
         with_rsa(s, pss_algorithm(pss_parameters(oids::kSha256, oids::kSha256, 32)), pss(sha256, sha256, 64));
       }},
      {"rsa-modulus-negative", CheckName::ds_path, pki::deviation::kNegativeKeyNumber,
       [](Scene& s) { with_rsa(s, algorithm(oids::kSha256WithRsa), pkcs1(), RsaForm::negative); }},
  };
}

}  // namespace

std::vector<DeviatingDocument> deviations_of_certificates();

const std::vector<DeviatingDocument>& deviating_documents() {
  static const auto kAll = [] {
    std::vector<DeviatingDocument> all;
    for (auto part : {of_the_frame(), of_the_signer(), of_ecdsa(), of_rsa(), deviations_of_certificates()}) {
      for (auto& one : part) all.push_back(std::move(one));
    }
    return all;
  }();
  return kAll;
}

}  // namespace cicada::tests
