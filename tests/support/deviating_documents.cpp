#include <array>
#include <stdexcept>

#include "bad_documents.h"
#include "cicada/asn1/cms.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/host/auth/deviation.h"

namespace cicada::tests {

namespace oids = asn1::oids;
namespace pki = host::pki;
namespace named = host::auth::deviation;
using base::Bytes;
using base::ByteView;
using host::auth::CheckName;

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

}  // namespace

std::vector<DeviatingDocument> deviations_of_certificates();
std::vector<DeviatingDocument> deviations_of_rsa();

const std::vector<DeviatingDocument>& deviating_documents() {
  static const auto kAll = [] {
    std::vector<DeviatingDocument> all;
    for (auto part : {of_the_frame(), of_the_signer(), of_ecdsa(), deviations_of_rsa(), deviations_of_certificates()}) {
      for (auto& one : part) all.push_back(std::move(one));
    }
    return all;
  }();
  return kAll;
}

}  // namespace cicada::tests
