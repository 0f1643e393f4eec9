// Making judgements. Private to the room.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "cicada/base/error.h"
#include "cicada/host/pki/deviation.h"
#include "cicada/host/pki/path.h"

namespace cicada::host::pki {

inline Judgement judged_good(std::string reason, std::string_view clause = {}) {
  return {.state = Judgement::State::good, .reason = std::move(reason), .clause = std::string{clause}};
}

inline Judgement judged_bad(std::string reason, std::string_view clause) {
  return {.state = Judgement::State::bad, .reason = std::move(reason), .clause = std::string{clause}};
}

inline Judgement judged_unknown(std::string reason, std::string_view clause) {
  return {.state = Judgement::State::unknown, .reason = std::move(reason), .clause = std::string{clause}};
}

/// Adds a deviation once.
inline void note(std::vector<std::string>& deviations, std::string_view name) {
  if (std::ranges::find(deviations, name) == deviations.end()) deviations.emplace_back(name);
}

/// An algorithm that Cicada does not do leaves the question open; everything else is a refusal.
inline Judgement::State state_of(const base::Error& error) noexcept {
  return error.fault == base::Fault::unsupported ? Judgement::State::unknown : Judgement::State::bad;
}

/// Says so by name when that is what happened.
inline void note_algorithm(const base::Error& error, std::vector<std::string>& deviations) {
  if (error.fault == base::Fault::unsupported) note(deviations, deviation::kAlgorithmNotAllowed);
}

}  // namespace cicada::host::pki
