#include "cicada/conformance/model/tamper.h"

#include <algorithm>
#include <array>
#include <utility>

namespace cicada::conformance::model {
namespace {

using enum Tamper;
constexpr std::array kWords = {
    std::pair{drop_cryptogram, std::string_view{"drop-cryptogram"}},
    std::pair{drop_le, std::string_view{"drop-le"}},
    std::pair{wrong_padding, std::string_view{"wrong-padding"}},
    std::pair{wrong_padding_indicator, std::string_view{"wrong-padding-indicator"}},
    std::pair{wrong_cryptogram_tag, std::string_view{"wrong-cryptogram-tag"}},
    std::pair{empty_cryptogram, std::string_view{"empty-cryptogram"}},
    std::pair{duplicate_le, std::string_view{"duplicate-le"}},
    std::pair{unknown_object, std::string_view{"unknown-object"}},
    std::pair{stale_ssc, std::string_view{"stale-ssc"}},
    std::pair{skip_ssc, std::string_view{"skip-ssc"}},
    std::pair{class_8c, std::string_view{"class-8c"}},
    std::pair{drop_mac, std::string_view{"drop-mac"}},
    std::pair{flip_mac, std::string_view{"flip-mac"}},
    std::pair{short_mac, std::string_view{"short-mac"}},
    std::pair{flip_cryptogram, std::string_view{"flip-cryptogram"}},
    std::pair{mac_first, std::string_view{"mac-first"}},
    std::pair{truncate_lc, std::string_view{"truncate-lc"}},
    std::pair{extend_lc, std::string_view{"extend-lc"}},
    std::pair{no_outer_le, std::string_view{"no-outer-le"}},
    std::pair{class_00, std::string_view{"class-00"}},
    std::pair{broken_chain, std::string_view{"broken-chain"}},
};
constexpr auto kAll = [] {
  std::array<Tamper, kWords.size()> all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = kWords[i].first;
  return all;
}();

}  // namespace

std::string_view to_string(Tamper tamper) noexcept {
  const auto* const entry = std::ranges::find(kWords, tamper, &std::pair<Tamper, std::string_view>::first);
  return entry == kWords.end() ? std::string_view{} : entry->second;
}

std::optional<Tamper> tamper_from(std::string_view word) noexcept {
  const auto* const entry = std::ranges::find(kWords, word, &std::pair<Tamper, std::string_view>::second);
  if (entry == kWords.end()) return std::nullopt;
  return entry->first;
}

std::span<const Tamper> all_tampers() noexcept {
  return kAll;
}

}  // namespace cicada::conformance::model
