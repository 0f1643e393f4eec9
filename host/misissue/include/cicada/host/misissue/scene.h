// A document on its way to a reader: everything is open until it is made.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "cicada/host/misissue/security_object.h"

namespace cicada::host::misissue {

/// What a fault changes. Faults keep references into a scene: it is neither moved nor copied.
struct Scene {
  Scene(Authority of, std::map<int, base::Bytes> data, base::Instant moment)
      : authority(std::move(of)), groups(std::move(data)), now(moment) {}
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;
  Scene(Scene&&) = delete;
  Scene& operator=(Scene&&) = delete;
  ~Scene() = default;

  Authority authority;
  std::map<int, base::Bytes> groups;  ///< as they are signed
  base::Instant now;                  ///< the moment of the check
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
};
/// Throws Failure.
[[nodiscard]] Evidence make(const Scene& scene);

}  // namespace cicada::host::misissue
