// A document on its way to a reader: everything is open until it is made.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>

#include "cicada/host/lds/ef.h"
#include "cicada/host/misissue/security_object.h"

namespace cicada::host::misissue {

/// What a fault changes. Faults keep references into a scene: it is neither moved nor copied.
struct Scene {
  Scene(Authority of, std::map<int, base::Bytes> data, base::Instant moment)
      : authority(std::move(of)), groups(std::move(data)), now(moment) {}
  /// The file, to be changed; throws Failure if the document has none.
  [[nodiscard]] base::Bytes& file(lds::Ef ef);
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;
  Scene(Scene&&) = delete;
  Scene& operator=(Scene&&) = delete;
  ~Scene() = default;

  Authority authority;
  std::map<int, base::Bytes> groups;  ///< as they are signed
  /// What is hashed in the place of a group, where a reader does not see all of its octets.
  std::map<int, base::Bytes> signed_as = {};
  /// The document's other files (not EF.SOD), as far as they are known; what a fault changes or adds goes to the
  /// reader.
  std::map<lds::Ef, base::Bytes> files = {};
  std::set<lds::Ef> touched = {};  ///< files that go to the reader even when they are as they were
  base::Instant now;               ///< the moment of the check
  std::optional<base::Instant> signing_time = {};
  std::function<void(SodRecipe&)> bend = {};           ///< last changes to what is sealed
  std::function<base::Bytes(base::Bytes)> spoil = {};  ///< changes of the sealed octets
  /// What is trusted; the CSCA and its list if not set.
  std::function<TrustMaterial(const Authority&)> trust = {};
  /// Changes of the data groups after they were signed.
  std::function<void(std::map<int, base::Bytes>&)> change_groups = {};

  [[nodiscard]] base::Instant day(int from_now) const { return now + std::chrono::days{from_now}; }
};

/// What comes to the reader.
struct Evidence {
  base::Bytes sod;
  std::map<int, base::Bytes> groups;
  TrustMaterial trust;
  /// Other files that a chip must have in the place of its own, or beside them: EF.COM, EF.CardSecurity, EF.ATR/INFO,
  /// EF.CVCA. Those of the master file may be read by everybody, EF.CardSecurity excepted.
  std::map<lds::Ef, base::Bytes> files = {};
};
/// Throws Failure.
[[nodiscard]] Evidence make(const Scene& scene);

}  // namespace cicada::host::misissue
