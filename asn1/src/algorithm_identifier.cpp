#include "cicada/asn1/algorithm_identifier.h"

#include "algorithm_reader.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "schema.h"

namespace cicada::asn1 {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr SchemaType kAlgorithmType{.module = Module::x509,
                                    .name = "X509.AlgorithmIdentifier",
                                    .wrong = "not an AlgorithmIdentifier",
                                    .caps = {.size = 4096, .elements = 64}};
constexpr SchemaType kPssType{.module = Module::x509,
                              .name = "X509.RSASSA-PSS-params",
                              .wrong = "not parameters of RSASSA-PSS",
                              .caps = {.size = 1024, .elements = 32}};

constexpr std::uint32_t kDefaultSalt = 20;
constexpr std::uint32_t kDefaultTrailer = 1;

bool is_null(ByteView parameters) noexcept {
  return parameters.size() == 2 && parameters[0] == 0x05 && parameters[1] == 0x00;
}

/// The AlgorithmIdentifier within an explicit tag.
Result<AlgorithmIdentifier> inner_algorithm(const Tlv& tagged) {
  CICADA_TRY(const auto inner, read_only(tagged.value, tags::kSequence));
  return read_algorithm(inner);
}

Result<std::uint32_t> inner_integer(const Tlv& tagged) {
  CICADA_TRY(const auto inner, read_only(tagged.value, tags::kInteger));
  return small_integer(inner.value);
}

}  // namespace

bool AlgorithmIdentifier::has_parameters() const noexcept {
  return !parameters.empty() && !is_null(parameters);
}

bool same_algorithm(const AlgorithmIdentifier& a, const AlgorithmIdentifier& b) noexcept {
  if (a.oid != b.oid) return false;
  return (!a.has_parameters() && !b.has_parameters()) || a.parameters == b.parameters;
}

Result<AlgorithmIdentifier> read_algorithm(const Tlv& sequence) {
  TlvReader reader{sequence.value};
  CICADA_TRY(const auto type, reader.expect(tags::kOid));
  AlgorithmIdentifier algorithm;
  CICADA_TRY(algorithm.oid, Oid::from_content(type.value));
  if (reader.at_end()) return algorithm;
  CICADA_TRY(const auto parameters, reader.next());
  CICADA_CHECK(reader.expect_end());
  algorithm.parameters = base::to_bytes(parameters.whole);
  return algorithm;
}

Result<AlgorithmIdentifier> parse_algorithm_identifier(ByteView der) {
  CICADA_TRY(const auto decoded, Decoded::decode(kAlgorithmType, der));
  CICADA_TRY(const auto whole, decoded.part(""));
  return read_algorithm(whole);
}

Bytes encode(const AlgorithmIdentifier& algorithm) {
  return encode_sequence({algorithm.oid.der(), algorithm.parameters});
}

Result<PssParameters> parse_pss_parameters(ByteView parameters) {
  PssParameters pss{.hash = oids::kSha1, .mgf_hash = oids::kSha1};
  if (parameters.empty() || is_null(parameters)) return pss;
  CICADA_TRY(const auto decoded, Decoded::decode(kPssType, parameters));
  if (const auto hash = decoded.find("hashAlgorithm")) {
    CICADA_TRY(const auto algorithm, inner_algorithm(*hash));
    pss.hash = algorithm.oid;
    pss.names_hash = true;
  }
  if (const auto mask = decoded.find("maskGenAlgorithm")) {
    CICADA_TRY(const auto algorithm, inner_algorithm(*mask));
    if (algorithm.oid != oids::kMgf1) {
      return fail({.fault = Fault::unsupported, .what = "mask generation is not MGF1", .clause = "RFC 4055 §2.2"});
    }
    CICADA_TRY(const auto mgf_hash, parse_algorithm_identifier(algorithm.parameters));
    pss.mgf_hash = mgf_hash.oid;
    pss.names_mgf_hash = true;
  }
  if (const auto salt = decoded.find("saltLength")) {
    CICADA_TRY(pss.salt_length, inner_integer(*salt));
  }
  if (const auto trailer = decoded.find("trailerField")) {
    CICADA_TRY(pss.trailer_field, inner_integer(*trailer));
  }
  if (pss.trailer_field != kDefaultTrailer) {
    return fail({.fault = Fault::unsupported, .what = "trailer field is not 1", .clause = "RFC 4055 §3.1"});
  }
  return pss;
}

Bytes encode(const PssParameters& parameters) {
  std::vector<Bytes> fields;
  const auto hash = [](const Oid& oid) { return encode({.oid = oid, .parameters = encode_null()}); };
  if (parameters.hash != oids::kSha1) fields.push_back(encode_tlv(0xA0, hash(parameters.hash)));
  if (parameters.mgf_hash != oids::kSha1) {
    fields.push_back(encode_tlv(0xA1, encode({.oid = oids::kMgf1, .parameters = hash(parameters.mgf_hash)})));
  }
  if (parameters.salt_length != kDefaultSalt)
    fields.push_back(encode_tlv(0xA2, encode_integer(parameters.salt_length)));
  if (parameters.trailer_field != kDefaultTrailer) {
    fields.push_back(encode_tlv(0xA3, encode_integer(parameters.trailer_field)));
  }
  return encode_sequence(fields);
}

}  // namespace cicada::asn1
