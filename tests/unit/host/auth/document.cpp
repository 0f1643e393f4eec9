#include "document.h"

#include <stdexcept>

#include "cicada/asn1/cms.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/lds/dg1.h"
#include "cicada/host/lds/dg2.h"

namespace cicada::tests {

namespace oids = asn1::oids;
namespace pki = host::pki;
using base::Bytes;

namespace {
template <typename T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().describe());
  return *std::move(result);
}

Bytes attribute(const asn1::Oid& oid, const Bytes& value) {
  const std::array values = {value};
  return asn1::encode_sequence({asn1::encode_oid(oid), asn1::encode_set_of(values)});
}

Bytes attributes_of(const SodRecipe& recipe, const Bytes& content) {
  std::vector<Bytes> attributes;
  if (recipe.attribute_content_type) {
    attributes.push_back(attribute(oids::kContentType, asn1::encode_oid(*recipe.attribute_content_type)));
  }
  if (recipe.with_attribute_digest) {
    const auto digest = recipe.attribute_digest.value_or(must(crypto::openssl::hash(recipe.digest, content)));
    attributes.push_back(attribute(oids::kMessageDigest, asn1::encode_octet_string(digest)));
  }
  if (recipe.signing_time) {
    attributes.push_back(attribute(oids::kSigningTime, must(asn1::encode_time(*recipe.signing_time))));
  }
  return asn1::encode_set_of(attributes);
}

Bytes retagged(Bytes object, std::uint8_t tag) {
  object.at(0) = tag;
  return object;
}

Bytes signer_info(const SodRecipe& recipe, const Bytes& content) {
  std::vector<Bytes> parts = {asn1::encode_integer(recipe.signer_version), recipe.signer_id,
                              asn1::encode(recipe.digest_algorithm)};
  Bytes signature;
  if (recipe.with_attributes) {
    const auto attributes = attributes_of(recipe, content);
    parts.push_back(retagged(attributes, 0xA0));
    signature = recipe.sign(attributes);
  } else {
    signature = recipe.sign(content);
  }
  parts.push_back(asn1::encode(recipe.signature_algorithm));
  parts.push_back(asn1::encode_octet_string(signature));
  if (!recipe.unsigned_attributes.empty()) parts.push_back(recipe.unsigned_attributes);
  return asn1::encode_sequence(parts);
}
}  // namespace

asn1::AlgorithmIdentifier algorithm(const asn1::Oid& oid) {
  return {.oid = oid, .parameters = {}};
}

Bytes issuer_and_serial(const asn1::Certificate& certificate) {
  return asn1::encode_sequence({certificate.issuer.der, asn1::encode_tlv(asn1::tags::kInteger, certificate.serial)});
}

Bytes key_identifier_sid(base::ByteView id) {
  return asn1::encode_tlv(0x80, id);
}

Bytes seal_content_info(const SodRecipe& recipe) {
  const auto content = recipe.content ? *recipe.content : must(asn1::encode(recipe.list));
  auto encapsulated = asn1::encode_oid(recipe.content_type);
  if (!recipe.detached) {
    base::append(encapsulated, asn1::encode_tlv(asn1::tags::kContext0, asn1::encode_octet_string(content)));
  }
  std::vector<Bytes> digests;
  for (const auto& one : recipe.digest_algorithms) digests.push_back(asn1::encode(one));
  std::vector<Bytes> parts = {asn1::encode_integer(recipe.version), asn1::encode_set_of(digests),
                              asn1::encode_tlv(asn1::tags::kSequence, encapsulated)};
  if (!recipe.certificates.empty()) {
    Bytes certificates;
    for (const auto& one : recipe.certificates) base::append(certificates, one);
    parts.push_back(asn1::encode_tlv(asn1::tags::kContext0, certificates));
  }
  const auto info = signer_info(recipe, content);
  Bytes infos;
  for (std::size_t i = 0; i < recipe.signers; ++i) base::append(infos, info);
  parts.push_back(asn1::encode_tlv(asn1::tags::kSet, infos));
  const auto signed_data = asn1::encode_sequence(parts);
  return asn1::encode_sequence(
      {asn1::encode_oid(oids::kSignedData), asn1::encode_tlv(asn1::tags::kContext0, signed_data)});
}

Bytes seal(const SodRecipe& recipe) {
  return asn1::encode_tlv(0x77, seal_content_info(recipe));
}

Document::Document(pki::KeyAlgorithm key_algorithm, pki::EcParameterForm form)
    : authority(new_authority(key_algorithm, form)) {
  groups[1] = must(host::lds::build_dg1({.format = host::lds::MrzFormat::td1,
                                         .document_code = "ID",
                                         .issuing_state = "VNM",
                                         .document_number = "099000019",
                                         .nationality = "VNM",
                                         .birth_date = "990605",
                                         .sex = 'M',
                                         .expiry_date = "240605",
                                         .optional_data = "001099000019<<9",
                                         .optional_data_2 = "",
                                         .primary_identifier = "NGUYEN",
                                         .secondary_identifier = "VAN MAU"}));
  host::lds::FaceImage face;
  face.image = base::concat({Bytes{0xFF, 0xD8, 0xFF, 0xE0}, Bytes(250, 0x42)});
  groups[2] = must(host::lds::build_dg2(face));
  groups[13] = asn1::encode_tlv(0x6D, Bytes(200, 0x13));
}

SodRecipe Document::recipe() const {
  const auto certificate = authority.ds_certificate();
  const auto hash = authority.ds_key.hash();
  SodRecipe recipe;
  recipe.list.version = 1;
  recipe.list.hash_algorithm = authority.ds_key.digest_algorithm();
  for (const auto& [number, octets] : groups) {
    recipe.list.data_groups.push_back(
        {.number = static_cast<std::uint8_t>(number), .hash = must(crypto::openssl::hash(hash, octets))});
  }
  recipe.list.version_info = asn1::LdsVersionInfo{.lds_version = "0108", .unicode_version = "040000"};
  recipe.content_type = oids::kLdsSecurityObject;
  recipe.attribute_content_type = oids::kLdsSecurityObject;
  recipe.digest = hash;
  recipe.digest_algorithm = authority.ds_key.digest_algorithm();
  recipe.digest_algorithms = {recipe.digest_algorithm};
  recipe.certificates = {certificate.der};
  recipe.signature_algorithm = authority.ds_key.signature_algorithm();
  recipe.signer_id = issuer_and_serial(certificate);
  recipe.signing_time = days_from_today(-2);
  recipe.sign = [this](base::ByteView octets) { return must(authority.ds_key.sign(octets)); };
  return recipe;
}

host::auth::PassiveInput Document::input(const Bytes& sod, const pki::TrustStore* trust) const {
  host::auth::PassiveInput input{.ef_sod = sod};
  for (const auto& [number, octets] : groups) input.data_groups[number] = octets;
  input.trust = trust;
  input.at = today();
  return input;
}

host::auth::Check check_of(const std::vector<host::auth::Check>& checks, host::auth::CheckName name) {
  for (const auto& check : checks) {
    if (check.check == name) return check;
  }
  throw std::runtime_error("there is no such check");
}

}  // namespace cicada::tests
