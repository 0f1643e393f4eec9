#include "cicada/host/misissue/security_object.h"

#include <array>

#include "cicada/asn1/cms.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/crypto/openssl/hash.h"

namespace cicada::host::misissue {

namespace oids = asn1::oids;
using base::Bytes;

namespace {

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
  const auto unless_left_out = [&recipe](SodPart part, Bytes octets) {
    return recipe.without.contains(part) ? Bytes{} : std::move(octets);
  };
  std::vector<Bytes> parts = {unless_left_out(SodPart::signer_version, asn1::encode_integer(recipe.signer_version)),
                              recipe.signer_id,
                              unless_left_out(SodPart::signer_digest_algorithm, asn1::encode(recipe.digest_algorithm))};
  Bytes signature;
  if (recipe.with_attributes) {
    const auto attributes = attributes_of(recipe, content);
    parts.push_back(retagged(attributes, 0xA0));
    signature = recipe.sign(attributes);
  } else {
    signature = recipe.sign(content);
  }
  parts.push_back(asn1::encode(recipe.signature_algorithm));
  parts.push_back(unless_left_out(SodPart::signature, asn1::encode_octet_string(signature)));
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
  const auto left_out = [&recipe](SodPart part) { return recipe.without.contains(part); };
  auto encapsulated = left_out(SodPart::content_type) ? Bytes{} : asn1::encode_oid(recipe.content_type);
  if (!recipe.detached) {
    base::append(encapsulated, asn1::encode_tlv(asn1::tags::kContext0, asn1::encode_octet_string(content)));
  }
  std::vector<Bytes> digests;
  digests.reserve(recipe.digest_algorithms.size());
  for (const auto& one : recipe.digest_algorithms) digests.push_back(asn1::encode(one));
  std::vector<Bytes> parts = {left_out(SodPart::version) ? Bytes{} : asn1::encode_integer(recipe.version),
                              left_out(SodPart::digest_algorithms) ? Bytes{} : asn1::encode_set_of(digests),
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

SodRecipe recipe_for(const Authority& authority, const std::map<int, Bytes>& groups,
                     std::optional<base::Instant> signing_time) {
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
  recipe.signing_time = signing_time;
  recipe.sign = [&authority](base::ByteView octets) { return must(authority.ds_key.sign(octets)); };
  return recipe;
}

}  // namespace cicada::host::misissue
