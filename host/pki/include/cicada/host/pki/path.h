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
  /// The other certificates that came with the document. They are never trusted. A link certificate among them that an
  /// anchor of the store has signed is part of the path; the others only let a refusal say what happened.
  std::span<const asn1::Certificate> companions = {};
  base::Instant at{};  ///< the moment of the check
  /// When the document was signed or issued, if that is known (9303-11 §5.1.1, best practice 3).
  std::optional<base::Instant> signed_at = std::nullopt;
  std::string issuing_state = {};    ///< as in the MRZ ("VNM", "D"); empty if not known
  std::string document_code = {};    ///< as in the MRZ ("ID", "P"); empty if not known
  std::string document_number = {};  ///< as in the MRZ; empty if not known; for deviation lists
  /// Take an expired DS certificate whose key signed in its time for a deviation, not for a failure: for cards that
  /// live longer than their signer's certificate.
  bool accept_expired_signer = false;
};

struct PathReport {
  Judgement path;        ///< signer, issuer, signature, extensions; and what deviation lists say
  Judgement validity;    ///< periods of certificates and keys
  Judgement revocation;  ///< see revocation.h
  Judgement country;     ///< signer, CSCA and document name one State
  /// Whose key verified the signer's certificate, if any: an anchor, or a link certificate among the companions that an
  /// anchor vouches for.
  const asn1::Certificate* csca = nullptr;
};

/// Judges a document signer's certificate. Never fails: what cannot be judged is unknown, with a reason.
[[nodiscard]] PathReport validate_path(const TrustStore& trust, const PathQuery& query);

}  // namespace cicada::host::pki
