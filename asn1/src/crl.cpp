#include "cicada/asn1/crl.h"

#include <utility>

#include "algorithm_reader.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/x509.h"
#include "extensions_reader.h"
#include "name_reader.h"
#include "schema.h"

namespace cicada::asn1 {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

// An entry has its SEQUENCE, a number and a date, and perhaps extensions of four objects.
constexpr SchemaType kListType{.module = Module::x509,
                               .name = "X509.CertificateList",
                               .wrong = "not a certificate revocation list",
                               .caps = {.size = kMaxCrlSize, .elements = kMaxRevoked * 8}};

Result<RevokedCertificate> read_entry(const Tlv& sequence) {
  RevokedCertificate entry;
  TlvReader reader{sequence.value};
  CICADA_TRY(const auto serial, reader.expect(tags::kInteger));
  CICADA_TRY(const auto date, reader.next());
  CICADA_TRY(const auto revoked_at, field_time_of(date));
  entry.revoked_at = revoked_at.instant;
  // 9303-12 §7.1.4 wants no entry extensions; if there are any, the entry counts all the same.
  CICADA_TRY(const auto extensions, reader.accept(tags::kSequence));
  (void)extensions;
  CICADA_CHECK(reader.expect_end());
  entry.serial = base::to_bytes(serial.value);
  return entry;
}

Result<std::vector<RevokedCertificate>> read_entries(const Tlv& list) {
  if (list.tag != tags::kSequence) {
    return fail(
        {.fault = Fault::malformed, .what = "revokedCertificates is no SEQUENCE", .clause = "RFC 5280 §5.1.2.6"});
  }
  std::vector<RevokedCertificate> entries;
  TlvReader reader{list.value};
  while (!reader.at_end()) {
    if (entries.size() == kMaxRevoked) return fail({.fault = Fault::limit, .what = "revocation list is too long"});
    CICADA_TRY(const auto element, reader.expect(tags::kSequence));
    CICADA_TRY(auto entry, read_entry(element));
    entries.push_back(std::move(entry));
  }
  return entries;
}

Result<void> read_tbs(const Decoded& decoded, CertificateList& list) {
  CICADA_TRY(const auto tbs, decoded.part("tbsCertList"));
  list.tbs = base::to_bytes(tbs.whole);
  if (const auto version = decoded.find("tbsCertList.version")) {
    CICADA_TRY(const auto number, small_integer(version->value));
    if (number != 1) {
      return fail({.fault = Fault::unsupported, .what = "revocation list version", .clause = "RFC 5280 §5.1.2.1"});
    }
    list.version = 2;
  }
  CICADA_TRY(const auto algorithm, decoded.part("tbsCertList.signature"));
  CICADA_TRY(list.tbs_signature_algorithm, read_algorithm(algorithm));
  CICADA_TRY(const auto issuer, decoded.part("tbsCertList.issuer"));
  CICADA_TRY(list.issuer, read_name(issuer));
  CICADA_TRY(const auto this_update, decoded.part("tbsCertList.thisUpdate"));
  CICADA_TRY(const auto begin, field_time_of(this_update));
  list.this_update = begin.instant;
  if (const auto next_update = decoded.find("tbsCertList.nextUpdate")) {
    CICADA_TRY(const auto end, field_time_of(*next_update));
    list.next_update = end.instant;
  }
  // See the schema: without entries the extensions stand in their place.
  auto revoked = decoded.find("tbsCertList.revokedCertificates");
  auto extensions = decoded.find("tbsCertList.crlExtensions");
  if (revoked && revoked->tag == tags::kContext0 && !extensions) std::swap(revoked, extensions);
  if (revoked) {
    CICADA_TRY(list.revoked, read_entries(*revoked));
  }
  if (extensions) {
    CICADA_TRY(const auto sequence, read_only(extensions->value, tags::kSequence));
    CICADA_TRY(list.extensions, read_extensions(sequence));
  }
  return {};
}

}  // namespace

bool CertificateList::revokes(ByteView serial) const noexcept {
  for (const auto& entry : revoked) {
    if (same_serial(entry.serial, serial)) return true;
  }
  return false;
}

Result<std::optional<AuthorityKeyIdentifier>> CertificateList::authority_key_identifier() const {
  const auto* const extension = find(oids::kAuthorityKeyIdentifier);
  if (extension == nullptr) return std::nullopt;
  CICADA_TRY(auto identifier, parse_authority_key_identifier(extension->value));
  return identifier;
}

Result<std::optional<Bytes>> CertificateList::crl_number() const {
  const auto* const extension = find(oids::kCrlNumber);
  if (extension == nullptr) return std::nullopt;
  CICADA_TRY(auto number, parse_crl_number(extension->value));
  return number;
}

Result<CertificateList> parse_certificate_list(ByteView der) {
  CICADA_TRY(const auto decoded, Decoded::decode(kListType, der));
  CertificateList list;
  list.der = base::to_bytes(der);
  CICADA_CHECK(read_tbs(decoded, list));
  CICADA_TRY(const auto algorithm, decoded.part("signatureAlgorithm"));
  CICADA_TRY(list.signature_algorithm, read_algorithm(algorithm));
  CICADA_TRY(const auto signature, decoded.part("signature"));
  CICADA_TRY(const auto octets, octets_of_bit_string(signature.value));
  list.signature = base::to_bytes(octets);
  return list;
}

Result<Bytes> encode_tbs_certificate_list(const TbsCertificateList& tbs) {
  if (tbs.next_update < tbs.this_update) {
    return fail({.fault = Fault::bad_input, .what = "revocation list would end before it begins"});
  }
  CICADA_TRY(const auto this_update, encode_time(tbs.this_update));
  CICADA_TRY(const auto next_update, encode_time(tbs.next_update));
  Bytes entries;
  for (const auto& entry : tbs.revoked) {
    CICADA_TRY(const auto date, encode_time(entry.revoked_at));
    base::append(entries, encode_sequence({encode_unsigned(entry.serial), date}));
  }
  // 9303-12 §7.1.4: left out when no certificate is revoked.
  const auto revoked = entries.empty() ? Bytes{} : encode_tlv(tags::kSequence, entries);
  const auto extensions =
      tbs.extensions.empty() ? Bytes{} : encode_tlv(tags::kContext0, encode_extensions(tbs.extensions));
  return encode_sequence(
      {encode_integer(1), encode(tbs.signature_algorithm), tbs.issuer, this_update, next_update, revoked, extensions});
}

Bytes encode_certificate_list(ByteView tbs, const AlgorithmIdentifier& algorithm, ByteView signature) {
  return encode_sequence({tbs, encode(algorithm), encode_bit_string(signature)});
}

}  // namespace cicada::asn1
