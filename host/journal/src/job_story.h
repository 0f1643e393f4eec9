// The state of every job, as the audit log tells it.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <unordered_map>

#include "cicada/host/journal/journal.h"

namespace cicada::host::journal {

/// A job's steps may lie in the chains of several writers, whose order among each other nobody wrote down. It is not
/// needed: of steps that form one way from "none", each state but the last is entered as often as it is left.
class JobStories {
 public:
  /// What `record` says about jobs. False when it says something impossible.
  [[nodiscard]] bool add(const nlohmann::json& record);
  /// Where the job stands; nothing when its steps are no way, or it was never heard of.
  [[nodiscard]] std::optional<State> state_of(JobId job) const;
  /// The chip that was bound last (by fence); "" if none.
  [[nodiscard]] std::string chip_of(JobId job) const;
  [[nodiscard]] std::size_t size() const noexcept { return stories_.size(); }
  void for_each(const std::function<void(JobId)>& visit) const;

 private:
  struct Story {
    std::array<std::int16_t, kStates> balance{};  ///< entered less left
    std::int16_t begun = 0;                       ///< left "none"
    Fence fence = -1;
    std::string chip;
  };
  [[nodiscard]] bool step(JobId job, std::string_view from, std::string_view to);

  std::unordered_map<JobId, Story> stories_;
};

}  // namespace cicada::host::journal
