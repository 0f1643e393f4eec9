#include "cicada/host/pki/cv_chain.h"

#include <algorithm>

namespace cicada::host::pki {

using asn1::CvCertificate;
using asn1::CvRole;
using base::Fault;

namespace {

constexpr std::uint8_t kRoleBits = 0xC0;

bool is_dv(CvRole role) noexcept {
  return role == CvRole::dv_domestic || role == CvRole::dv_foreign;
}

/// May a holder of the one role sign for a holder of the other?
bool may_sign(CvRole upper, CvRole lower) noexcept {
  if (upper == CvRole::cvca) return lower == CvRole::cvca || is_dv(lower);
  return is_dv(upper) && lower == CvRole::terminal;
}

base::Result<void> check_names_and_roles(const CvCertificate& upper, const CvCertificate& lower) {
  if (lower.authority_reference != upper.holder_reference) {
    return base::fail({.fault = Fault::security,
                       .what = "a certificate names another authority than the one before it",
                       .clause = "9303-12 §7.2.2"});
  }
  if (lower.authorization.terminal_type != upper.authorization.terminal_type) {
    return base::fail({.fault = Fault::security,
                       .what = "a certificate is for another kind of terminal than the one before it",
                       .clause = "TR-03110-3 C.1.5"});
  }
  if (!may_sign(upper.authorization.role(), lower.authorization.role())) {
    return base::fail({.fault = Fault::security,
                       .what = "a certificate was signed by a role that may not sign it",
                       .clause = "9303-11 §7.1.4"});
  }
  return {};
}

base::Result<void> check_dates(const CvCertificate& certificate, base::Date today) {
  if (certificate.effective > certificate.expiration) {
    return base::fail({.fault = Fault::conflict, .what = "a certificate ends before it begins"});
  }
  if (certificate.effective > today) {
    return base::fail({.fault = Fault::conflict,
                       .what = "a certificate is not valid yet",
                       .clause = "9303-11 §7.1.3",
                       .hint = "check the clock of this machine"});
  }
  // A link certificate changes the trust point even after its last day (9303-11 §7.1.3).
  if (certificate.authorization.role() != CvRole::cvca && certificate.expiration < today) {
    return base::fail({.fault = Fault::conflict,
                       .what = "a certificate has expired",
                       .clause = "9303-11 §7.1.3",
                       .hint = "ask the document verifier for a new one"});
  }
  return {};
}

/// Does a card believe the first day of this certificate?
bool moves_the_date(const CvCertificate& upper, const CvCertificate& certificate) noexcept {
  return certificate.authorization.role() != CvRole::terminal || upper.authorization.role() == CvRole::dv_domestic;
}

base::Result<CvChainResult> walk(const CvCertificate& trust_point, std::span<const CvCertificate> chain,
                                 base::Date today, std::size_t& at) {
  CICADA_TRY(auto first_key, CvKey::create(trust_point.public_key));
  CvChainResult result{.holder = std::move(first_key), .authorization = trust_point.authorization, .card_date = {}};
  auto curve = result.holder.curve();
  const auto* upper = &trust_point;
  base::Date latest = trust_point.effective;
  for (at = 0; at < chain.size(); ++at) {
    const auto& certificate = chain[at];
    CICADA_CHECK(check_names_and_roles(*upper, certificate));
    CICADA_CHECK(result.holder.verify(certificate.body, certificate.signature));
    CICADA_CHECK(check_dates(certificate, today));
    CICADA_TRY(result.holder, CvKey::create(certificate.public_key, curve));
    if (certificate.authorization.role() == CvRole::cvca) {
      // A new CVCA key brings its own domain and its own rights: the card trusts it from now on.
      curve = result.holder.curve();
      result.authorization = certificate.authorization;
    } else {
      result.authorization = intersect(result.authorization, certificate.authorization);
    }
    if (moves_the_date(*upper, certificate)) latest = std::max(latest, certificate.effective);
    upper = &certificate;
  }
  result.card_date = latest;
  return result;
}

}  // namespace

asn1::CvAuthorization intersect(const asn1::CvAuthorization& upper, const asn1::CvAuthorization& lower) {
  auto both = lower;
  const bool comparable = upper.terminal_type == lower.terminal_type && upper.bits.size() == lower.bits.size();
  for (std::size_t i = 0; i < both.bits.size(); ++i) {
    const auto allowed = comparable ? upper.bits[i] : std::uint8_t{0};
    const auto role = i == 0 ? kRoleBits : std::uint8_t{0};
    both.bits[i] = static_cast<std::uint8_t>(both.bits[i] & (allowed | role));
  }
  return both;
}

base::Result<void> verify_self_signed(const CvCertificate& certificate) {
  if (certificate.authority_reference != certificate.holder_reference) {
    return base::fail({.fault = Fault::security, .what = "a self-signed certificate names itself as its authority"});
  }
  CICADA_TRY(const auto key, CvKey::create(certificate.public_key));
  return key.verify(certificate.body, certificate.signature);
}

base::Result<CvChainResult> verify_cv_chain(const CvCertificate& trust_point, std::span<const CvCertificate> chain,
                                            base::Date today) {
  if (chain.empty()) return base::fail({.fault = Fault::bad_input, .what = "the chain has no certificate"});
  if (chain.size() > kMaxCvChain) {
    return base::fail({.fault = Fault::limit, .what = "the chain has too many certificates"});
  }
  if (trust_point.authorization.role() != CvRole::cvca) {
    return base::fail({.fault = Fault::bad_input, .what = "the trust point is not a CVCA"});
  }
  std::size_t at = 0;
  auto result = walk(trust_point, chain, today, at);
  if (!result) result.error().at = at;
  return result;
}

}  // namespace cicada::host::pki
