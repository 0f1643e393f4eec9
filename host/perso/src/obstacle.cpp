// Profiles and kinds of card: who asks for what the other has not.
#include <fmt/format.h>

#include <algorithm>

#include "script.h"

namespace cicada::host::perso {

namespace {

using Obstacle = Dialect::Obstacle;

class Comparison {
 public:
  Comparison(const Script& script, const Profile& profile) : script_(script), profile_(profile) {}

  std::optional<Obstacle> find() const {
    if (const auto found = files()) return found;
    if (const auto found = access()) return found;
    if (const auto found = keys()) return found;
    if (profile_.finish == FinalState::locked && !script_.has(Moment::lock)) {
      return Obstacle{"profile", card_cannot("be locked: finish = \"personalized\"")};
    }
    return {};
  }

 private:
  [[nodiscard]] std::string card_cannot(std::string_view what) const {
    return fmt::format("a card of dialect {} cannot {}", script_.name, what);
  }

  /// The step is there, or an obstacle.
  [[nodiscard]] std::optional<Obstacle> need(bool wanted, Moment moment, std::string_view key,
                                             std::string_view what) const {
    if (!wanted || script_.has(moment)) return {};
    return Obstacle{key, card_cannot(what)};
  }

  [[nodiscard]] std::optional<Obstacle> files() const {
    const auto& limits = script_.limits;
    if (profile_.applications.size() > limits.applications) {
      return Obstacle{"application", fmt::format("a card of dialect {} has {}", script_.name, limits.applications)};
    }
    for (const auto& file : profile_.files) {
      if (file.df == kMasterFile && !limits.master_file) {
        return Obstacle{"file", fmt::format("{}: {}", file.name, card_cannot("have files in the MF"))};
      }
      if (!script_.conditions.empty() && script_.condition(file.read) == nullptr) {
        return Obstacle{"file", fmt::format("{}: {}", file.name,
                                            card_cannot(fmt::format("have read = \"{}\"", to_string(file.read))))};
      }
    }
    return {};
  }

  [[nodiscard]] std::optional<Obstacle> access() const {
    if (auto found = need(profile_.bac_keys, Moment::bac_keys, "profile", "take document basic access keys")) {
      return found;
    }
    const bool passwords = profile_.pace_mrz || profile_.pace_can;
    if (auto found = need(passwords, Moment::pace_password, "profile", "take PACE passwords")) return found;
    return need(!profile_.pace.empty(), Moment::pace_entry, "pace", "take PACE protocols");
  }

  [[nodiscard]] std::optional<Obstacle> keys() const {
    const bool made = script_.keys == KeyOrigin::card;
    if (const auto& active = profile_.active_authentication) {
      const bool rsa = active->bits != 0;
      const auto moment = made ? (rsa ? Moment::make_active_rsa : Moment::make_active_ecdsa)
                               : (rsa ? Moment::load_active_rsa : Moment::load_active_ecdsa);
      if (auto found = need(true, moment, "active-authentication", rsa ? "have an RSA key" : "have an ECDSA key")) {
        return found;
      }
    }
    if (auto found = need(!profile_.chip_authentication.empty(), made ? Moment::make_chip_key : Moment::load_chip_key,
                          "chip-authentication", "have such a key")) {
      return found;
    }
    return need(profile_.terminal_authentication.has_value(), Moment::certificate, "terminal-authentication",
                "be told whom to trust");
  }

  const Script& script_;
  const Profile& profile_;
};

}  // namespace

std::optional<Obstacle> Dialect::obstacle(const Profile& profile) const {
  return Comparison{*script_, profile}.find();
}

}  // namespace cicada::host::perso
