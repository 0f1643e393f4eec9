// From the document signer up to the CSCA: is the certificate one that counts (9303-12 §6.1.2)?
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cicada/asn1/x509.h"
#include "cicada/host/pki/trust_store.h"

namespace cicada::host::pki {

/// What came out of one question. `unknown` means that the evidence was missing, never that it was good.
struct Judgement {
  enum class State : std::uint8_t { good, bad, unknown };
  State state = State::unknown;
  std::string reason = {};  ///< one sentence
  std::string clause = {};
  std::vector<std::string> deviations = {};  ///< see deviation.h; each once

  [[nodiscard]] bool good() const noexcept { return state == State::good; }
};

/// What is to be judged.
struct PathQuery {
  const asn1::Certificate* signer = nullptr;  ///< the document signer's certificate; never null
  /// The other certificates that came with the document. They are never trusted and never part of the path; they only
  /// let a refusal say what happened.
  std::span<const asn1::Certificate> companions = {};
  base::Instant at{};  ///< the moment of the check
  /// When the document was signed or issued, if that is known (9303-11 §5.1.1, best practice 3).
  std::optional<base::Instant> signed_at = std::nullopt;
  std::string issuing_state = {};  ///< as in the MRZ ("VNM", "D"); empty if not known
  std::string document_code = {};  ///< as in the MRZ ("ID", "P"); empty if not known
  /// Take an expired DS certificate whose key signed in its time for a deviation, not for a failure: for cards that
  /// live longer than their signer's certificate.
  bool accept_expired_signer = false;
};

struct PathReport {
  Judgement path;                           ///< signer, issuer, signature, extensions
  Judgement validity;                       ///< periods of certificates and keys
  Judgement revocation;                     ///< see revocation.h
  Judgement country;                        ///< signer, CSCA and document name one State
  const asn1::Certificate* csca = nullptr;  ///< the anchor whose key verified the signer's certificate, if any
};

/// Judges a document signer's certificate. Never fails: what cannot be judged is unknown, with a reason.
[[nodiscard]] PathReport validate_path(const TrustStore& trust, const PathQuery& query);

}  // namespace cicada::host::pki
