#include "lds_document.h"

#include <stdexcept>

#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/public_key.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/crypto/openssl/rsa.h"

namespace cicada::tests {

namespace oids = asn1::oids;
namespace tags = asn1::tags;
namespace openssl = crypto::openssl;
using conformance::lds::Evidence;

base::Instant lds_today() {
  return std::chrono::sys_days{std::chrono::year{2026} / 3 / 1} + std::chrono::hours{12};
}

namespace {
Bytes edited_at(ByteView objects, std::span<const asn1::Tag> path, const Edit& edit) {
  Bytes result;
  bool done = false;
  for (const auto& object : must(asn1::read_all(objects))) {
    const bool here = !done && object.tag == path.front();
    if (!here) {
      base::append(result, object.whole);
      continue;
    }
    done = true;
    if (path.size() == 1) {
      base::append(result, edit(base::to_bytes(object.whole)));
    } else {
      asn1::append_tlv(result, object.tag, edited_at(object.value, path.subspan(1), edit));
    }
  }
  if (!done) throw std::runtime_error("nothing to edit");
  return result;
}
}  // namespace

Bytes edited(ByteView objects, const std::vector<asn1::Tag>& path, const Edit& edit) {
  return edited_at(objects, path, edit);
}

Edit with_value(Bytes value) {
  return [value = std::move(value)](const Bytes& whole) {
    return asn1::encode_tlv(must(asn1::read_only(whole)).tag, value);
  };
}

Edit with_tag(asn1::Tag tag) {
  return [tag](const Bytes& whole) { return asn1::encode_tlv(tag, must(asn1::read_only(whole)).value); };
}

Edit without() {
  return [](const Bytes&) { return Bytes{}; };
}

Edit followed_by(Bytes more) {
  return [more = std::move(more)](const Bytes& whole) { return base::concat({whole, more}); };
}

Bytes text_octets(std::string_view text) {
  return base::to_bytes(base::as_bytes(text));
}

Bytes sequence(std::initializer_list<ByteView> parts) {
  return asn1::encode_sequence(parts);
}

Bytes sha256_der() {
  return sequence({oids::kSha256.der()});
}

Bytes algorithm_der(Scheme scheme) {
  switch (scheme) {
    case Scheme::ecdsa_sha256: return sequence({oids::kEcdsaWithSha256.der()});
    case Scheme::rsa_pkcs1_sha256: return sequence({oids::kSha256WithRsa.der(), asn1::encode_null()});
    case Scheme::rsa_pss_sha256: break;
  }
  asn1::PssParameters parameters;
  parameters.hash = oids::kSha256;
  parameters.mgf_hash = oids::kSha256;
  parameters.salt_length = 32;
  return sequence({oids::kRsassaPss.der(), asn1::encode(parameters)});
}

Bytes sign(Scheme scheme, const openssl::PrivateKey& key, ByteView message) {
  const auto digest = must(openssl::hash(openssl::HashAlgorithm::sha256, message));
  switch (scheme) {
    case Scheme::ecdsa_sha256: return must(key.ec()->sign_der(digest));
    case Scheme::rsa_pkcs1_sha256: return must(key.rsa()->sign_pkcs1(openssl::HashAlgorithm::sha256, digest));
    case Scheme::rsa_pss_sha256: break;
  }
  return must(key.rsa()->sign_pss({}, digest));
}

Bytes public_key_der(const openssl::PrivateKey& key) {
  if (key.rsa() != nullptr) return asn1::encode_rsa_public_key_info(key.rsa()->modulus(), key.rsa()->exponent());
  const auto& p = openssl::curve_parameters(key.ec()->curve());
  return asn1::encode_ec_public_key_info(
      {.p = p.p, .a = p.a, .b = p.b, .generator = p.generator, .order = p.order, .cofactor = p.cofactor},
      key.ec()->public_point());
}

Bytes CertificateRecipe::issue(const openssl::PrivateKey& issuer_key) const {
  const auto encoded = asn1::encode_extensions(extensions);
  auto all = base::to_bytes(must(asn1::read_only(encoded, tags::kSequence)).value);
  for (const auto& more : more_extensions) base::append(all, more);
  const auto tbs = sequence({version, serial, algorithm, issuer, validity, subject, key, unique_identifiers,
                             asn1::encode_tlv(tags::kContext3, asn1::encode_tlv(tags::kSequence, all))});
  return sequence({tbs, outer_algorithm.value_or(algorithm), asn1::encode_bit_string(sign(scheme, issuer_key, tbs))});
}

namespace {

Bytes attribute(const asn1::Oid& type, const Bytes& value) {
  return sequence({type.der(), asn1::encode_tlv(tags::kSet, value)});
}

Bytes key_identifier_of(const CertificateRecipe& certificate) {
  const auto* extension = asn1::find_extension(certificate.extensions, oids::kSubjectKeyIdentifier);
  return extension == nullptr ? Bytes{} : must(asn1::parse_subject_key_identifier(extension->value));
}

Bytes signer_info(const SignedDataRecipe& recipe, const CertificateRecipe& signer, Scheme scheme,
                  const openssl::PrivateKey& key) {
  const auto digest = recipe.digest_value.value_or(must(openssl::hash(openssl::HashAlgorithm::sha256, recipe.content)));
  std::vector<Bytes> attributes = {attribute(oids::kContentType, recipe.content_type.der()),
                                   attribute(oids::kMessageDigest, asn1::encode_octet_string(digest))};
  std::ranges::sort(attributes);
  if (recipe.change_attributes) recipe.change_attributes(attributes);
  Bytes joined;
  for (const auto& one : attributes) base::append(joined, one);
  auto signature = sign(scheme, key, recipe.with_attributes ? asn1::encode_tlv(tags::kSet, joined) : recipe.content);
  if (recipe.change_signature) recipe.change_signature(signature);
  const auto right = recipe.by_key_identifier ? asn1::encode_tlv(0x80, key_identifier_of(signer))
                                              : sequence({signer.issuer, signer.serial});
  return sequence({recipe.signer_version, recipe.signer_identifier.value_or(right), recipe.digest_algorithm,
                   recipe.with_attributes ? asn1::encode_tlv(tags::kContext0, joined) : Bytes{},
                   recipe.signature_algorithm.value_or(algorithm_der(scheme)), asn1::encode_octet_string(signature)});
}

}  // namespace

Bytes SignedDataRecipe::seal(const CertificateRecipe& signer, Scheme scheme, const openssl::PrivateKey& key,
                             ByteView signer_certificate) const {
  Bytes all;
  const std::vector<Bytes> own = {base::to_bytes(signer_certificate)};
  for (const auto& one : certificates ? *certificates : own) base::append(all, one);
  const auto encapsulated =
      sequence({content_type.der(),
                with_content ? asn1::encode_tlv(tags::kContext0, asn1::encode_octet_string(content)) : Bytes{}});
  const auto infos = without_signer ? Bytes{} : signer_info(*this, signer, scheme, key);
  const auto data = sequence({version, asn1::encode_set_of(digest_algorithms), encapsulated,
                              with_certificates ? asn1::encode_tlv(tags::kContext0, all) : Bytes{}, revocation_lists,
                              asn1::encode_tlv(tags::kSet, infos)});
  return sequence({oids::kSignedData.der(), asn1::encode_tlv(tags::kContext0, data)});
}

namespace {

Bytes security_object_octets(const SecurityObjectRecipe& recipe, const std::map<File, Bytes>& files) {
  std::vector<Bytes> hashes;
  for (unsigned number = 1; number <= 16; ++number) {
    const auto file = files.find(static_cast<File>(static_cast<unsigned>(File::dg1) + number - 1));
    if (file == files.end()) continue;
    hashes.push_back(sequence({asn1::encode_integer(number), asn1::encode_octet_string(must(openssl::hash(
                                                                 openssl::HashAlgorithm::sha256, file->second)))}));
  }
  if (recipe.change_hashes) recipe.change_hashes(hashes);
  auto octets = sequence({recipe.version, recipe.hash_algorithm, asn1::encode_sequence(hashes), recipe.version_info});
  if (recipe.change_octets) recipe.change_octets(octets);
  return octets;
}

}  // namespace

Evidence LdsDocument::issue() const {
  Evidence evidence{
      .files = files, .printed_mrz = printed_mrz, .csca_certificates = {csca.issue(*csca_key)}, .now = lds_today()};
  const auto certificate = ds.issue(*csca_key);
  auto signed_sod = sod;
  signed_sod.content = security_object_octets(security_object, files);
  evidence.files[File::sod] = asn1::encode_tlv(0x77, signed_sod.seal(ds, ds_scheme, *ds_key, certificate));
  if (!card_security_infos.empty()) {
    auto sealed = card_security;
    sealed.content = asn1::encode_set_of(card_security_infos);
    if (change_card_security_set) change_card_security_set(sealed.content);
    evidence.files[File::card_security] = sealed.seal(ds, ds_scheme, *ds_key, certificate);
  }
  for (const auto& [file, change] : afterwards) change(evidence.files.at(file));
  return evidence;
}

}  // namespace cicada::tests
