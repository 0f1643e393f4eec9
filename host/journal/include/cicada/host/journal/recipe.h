// What cards are made with: the same for all jobs of a batch, and what a line has to have to make them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace cicada::host::journal {

using Digest = std::array<std::uint8_t, 32>;  ///< SHA-256

struct Recipe {
  std::string profile = {}, dialect = {};  ///< names; without a profile nobody said anything
  std::optional<Digest> content = {};      ///< of the profile itself: one name may have had two contents
  std::optional<Digest> csca = {};         ///< of the certificate of the country's CSCA, in DER
  /// Of the certificate's file, PEM or DER, which is what an earlier program wrote down as `csca`. Said by those who
  /// ask; it stands in no journal.
  std::optional<Digest> csca_file = {};

  bool operator==(const Recipe&) const = default;
};

/// Where two recipes part. What one of them does not say is no difference: it is from an earlier program.
enum class Misfit : std::uint8_t {
  none,
  profile,  ///< another name or dialect
  content,  ///< the same name, and the profile was changed
  country,  ///< another CSCA
};
[[nodiscard]] Misfit compare(const Recipe& one, const Recipe& other) noexcept;
/// The cards of jobs that were made with the one can be made, or finished, with the other.
[[nodiscard]] inline bool fits(const Recipe& one, const Recipe& other) noexcept {
  return compare(one, other) == Misfit::none;
}
/// "profile cccd-2021 (1A2B3C4D) for cards of dialect cicada-1, CSCA 5E6F7A8B", for messages: digests by their first
/// octets.
[[nodiscard]] std::string to_text(const Recipe& recipe);

}  // namespace cicada::host::journal
