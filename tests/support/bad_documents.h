// Documents and trust material with one thing wrong each, and which check must say what about it.
//
// Two tables of data. Every bad document must be refused by the named check with the named reason; every deviating one
// must be accepted with the named deviation, and refused by the strict policy. Whoever needs a document that is wrong
// in a known way (host/pki, host/auth, a misbehaving card) takes it from here.
#pragma once

#include <functional>
#include <map>
#include <string_view>
#include <vector>

#include "../unit/host/auth/document.h"

namespace cicada::tests {

/// A document on its way to the check: everything is open until make().
struct Scene {
  explicit Scene(host::pki::KeyAlgorithm algorithm = host::pki::KeyAlgorithm::ecdsa_p256) : document(algorithm) {}

  Document document;
  std::function<void(SodRecipe&)> bend = {};           ///< last changes to what is sealed
  std::function<base::Bytes(base::Bytes)> spoil = {};  ///< changes of the sealed octets
  /// What is trusted; the CSCA and its list if not set.
  std::function<host::pki::TrustStore(const Authority&)> trust = {};
  /// Changes of the data groups after they were signed.
  std::function<void(std::map<int, base::Bytes>&)> change_groups = {};
  base::Instant at = today();
  host::auth::Policy policy = {};
  std::optional<base::Instant> issued_at = {};
};

/// What is handed to passive authentication.
struct Evidence {
  base::Bytes sod;
  std::map<int, base::Bytes> groups;
  host::pki::TrustStore trust;
  base::Instant at{};
  host::auth::Policy policy = {};
  std::optional<base::Instant> issued_at = {};

  /// Borrows everything.
  [[nodiscard]] host::auth::PassiveInput input(bool strict = false) const;
};
Evidence make(const Scene& scene);

struct BadDocument {
  std::string_view name;
  host::auth::CheckName check;
  host::auth::CheckResult result;  ///< failed, or not_checked where the evidence is missing
  std::string_view reason;         ///< stands in the check's reason
  std::function<void(Scene&)> spoil;
  host::pki::KeyAlgorithm algorithm = host::pki::KeyAlgorithm::ecdsa_p256;
};
const std::vector<BadDocument>& bad_documents();

struct DeviatingDocument {
  std::string_view name;
  host::auth::CheckName check;
  std::string_view deviation;
  std::function<void(Scene&)> bend;
  host::pki::KeyAlgorithm algorithm = host::pki::KeyAlgorithm::ecdsa_p256;
};
const std::vector<DeviatingDocument>& deviating_documents();

}  // namespace cicada::tests
