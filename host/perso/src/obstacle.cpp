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
    if (profile_.finish == FinalState::personalized && !script_.has(Moment::personalize)) {
      return Obstacle{"profile", card_cannot("be read before it is locked: finish = \"locked\"")};
    }
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
    const auto how = script_.has(Moment::pace_passwords) ? Moment::pace_passwords : Moment::pace_password;
    if (auto found = need(passwords, how, "profile", "take PACE passwords")) return found;
    if (script_.built_in_pace.empty()) {
      return need(!profile_.pace.empty(), Moment::pace_entry, "pace", "take PACE protocols");
    }
    for (const auto& entry : profile_.pace) {
      const auto& all = script_.built_in_pace;
      if (std::ranges::find(all, fmt::format("{}/{}", entry.name, entry.domain)) == all.end()) {
        return Obstacle{"pace", fmt::format("a card of dialect {} has these, and no others: {}", script_.name,
                                            fmt::join(all, ", "))};
      }
    }
    return {};
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
    const auto how = made ? Moment::make_chip_key : Moment::load_chip_key;
    const auto& keys = profile_.chip_authentication;
    const bool one_nameless = keys.size() <= 1 && (keys.empty() || !keys.front().key_id);
    if (!script_.uses(how, Field::key_id) && !one_nameless) {
      return Obstacle{"chip-authentication", card_cannot("have more than one key, nor one with a key-id")};
    }
    const bool curves_only = script_.uses(Moment::load_chip_key, Field::curve_prime);
    if (curves_only &&
        std::ranges::any_of(profile_.chip_authentication, [](const auto& chip) { return !is_curve(chip.domain); })) {
      return Obstacle{"chip-authentication", card_cannot("have a key of Diffie-Hellman")};
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
