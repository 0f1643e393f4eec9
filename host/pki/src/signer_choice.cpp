#include "signer_choice.h"

#include <algorithm>

#include "cicada/host/pki/deviation.h"
#include "cicada/host/pki/public_key.h"

namespace cicada::host::pki {

namespace {

/// More certificates than this are not tried one after the other.
constexpr std::size_t kMaxCandidates = 16;

bool is_ca(const asn1::Certificate& certificate) {
  const auto constraints = certificate.basic_constraints();
  return constraints && *constraints && (*constraints)->ca;
}

/// RFC 5280 §4.2.1.2: the SHA-1 of the key, where no extension says another.
base::Bytes computed_key_id(const asn1::Certificate& certificate) {
  return crypto::openssl::hash(HashAlgorithm::sha1, certificate.public_key.key).value_or(base::Bytes{});
}

std::optional<SignerCandidate> match_key_id(const asn1::Certificate& certificate, base::ByteView wanted) {
  const auto key_id = certificate.subject_key_identifier();
  if (key_id && *key_id) {
    if (base::equal(**key_id, wanted)) return SignerCandidate{.certificate = &certificate};
    return std::nullopt;
  }
  if (!base::equal(computed_key_id(certificate), wanted)) return std::nullopt;
  return SignerCandidate{.certificate = &certificate, .deviations = {deviation::kSignerKeyIdentifierComputed}};
}

std::optional<SignerCandidate> match(const asn1::Certificate& certificate, const asn1::SignerIdentifier& sid,
                                     const std::optional<asn1::Name>& issuer) {
  if (sid.is_key_identifier()) return match_key_id(certificate, sid.subject_key_identifier);
  if (!issuer || !asn1::same_serial(certificate.serial, sid.serial)) return std::nullopt;
  if (base::equal(certificate.issuer.der, sid.issuer)) return SignerCandidate{.certificate = &certificate};
  if (!asn1::same_name(certificate.issuer, *issuer) && !asn1::same_name_in_any_order(certificate.issuer, *issuer)) {
    return std::nullopt;
  }
  return SignerCandidate{.certificate = &certificate, .deviations = {deviation::kSignerNameForm}};
}

const asn1::Certificate* find_in_store(const TrustStore* trust, const asn1::SignerIdentifier& sid,
                                       const std::optional<asn1::Name>& issuer) {
  if (trust == nullptr) return nullptr;
  if (sid.is_key_identifier()) return trust->document_signer_by_key_id(sid.subject_key_identifier);
  return issuer ? trust->document_signer(*issuer, sid.serial) : nullptr;
}

/// An embedded certificate that cannot be read might be the signer's: then nothing is left to choose from.
std::vector<SignerCandidate> by_elimination(const CmsQuery& query) {
  std::vector<SignerCandidate> candidates;
  if (query.certificates.size() != query.message.certificates.size()) return candidates;
  for (const auto& certificate : query.certificates) {
    if (query.certificates.size() > 1 && is_ca(certificate)) continue;
    if (candidates.size() == kMaxCandidates) break;
    candidates.push_back({.certificate = &certificate, .deviations = {deviation::kSignerByElimination}});
  }
  return candidates;
}

}  // namespace

std::vector<SignerCandidate> choose_signer(const CmsQuery& query, const asn1::SignerIdentifier& sid) {
  std::optional<asn1::Name> issuer;
  if (!sid.is_key_identifier()) {
    if (auto parsed = asn1::parse_name(sid.issuer)) issuer = *std::move(parsed);
  }
  for (const auto& certificate : query.certificates) {
    if (auto candidate = match(certificate, sid, issuer)) return {*std::move(candidate)};
  }
  if (const auto* known = find_in_store(query.trust, sid, issuer)) {
    return {{.certificate = known, .deviations = {deviation::kSignerNotEmbedded}}};
  }
  return by_elimination(query);
}

}  // namespace cicada::host::pki
