#include <algorithm>
#include <array>
#include <utility>

#include "cicada/conformance/terminal/test_pki.h"

namespace cicada::conformance::terminal {
namespace {

using enum Bend;

constexpr std::array kWords = {
    std::pair{none, std::string_view{"none"}},
    std::pair{no_signature, std::string_view{"no-signature"}},
    std::pair{no_body, std::string_view{"no-body"}},
    std::pair{no_authorization, std::string_view{"no-authorization"}},
    std::pair{no_effective, std::string_view{"no-effective"}},
    std::pair{no_expiration, std::string_view{"no-expiration"}},
    std::pair{effective_not_bcd, std::string_view{"effective-not-bcd"}},
    std::pair{expiration_not_bcd, std::string_view{"expiration-not-bcd"}},
    std::pair{effective_not_gregorian, std::string_view{"effective-not-gregorian"}},
    std::pair{expiration_not_gregorian, std::string_view{"expiration-not-gregorian"}},
    std::pair{expires_before_effective, std::string_view{"expires-before-effective"}},
    std::pair{body_tag, std::string_view{"body-tag"}},
    std::pair{signature_tag, std::string_view{"signature-tag"}},
    std::pair{body_length, std::string_view{"body-length"}},
    std::pair{signature_length, std::string_view{"signature-length"}},
    std::pair{authority_character, std::string_view{"authority-character"}},
    std::pair{terminal_type, std::string_view{"terminal-type"}},
    std::pair{key_scheme, std::string_view{"key-scheme"}},
    std::pair{shorter_key, std::string_view{"shorter-key"}},
    std::pair{shorter_curve, std::string_view{"shorter-curve"}},
    std::pair{signature_last_octet, std::string_view{"signature-last-octet"}},
    std::pair{signature_short, std::string_view{"signature-short"}},
    std::pair{signature_above_modulus, std::string_view{"signature-above-modulus"}},
    std::pair{signature_r_zero, std::string_view{"signature-r-zero"}},
    std::pair{signature_s_zero, std::string_view{"signature-s-zero"}},
    std::pair{key_without_scheme, std::string_view{"key-without-scheme"}},
    std::pair{key_without_point, std::string_view{"key-without-point"}},
    std::pair{key_without_modulus, std::string_view{"key-without-modulus"}},
    std::pair{key_without_exponent, std::string_view{"key-without-exponent"}},
    std::pair{key_with_unknown_object, std::string_view{"key-with-unknown-object"}},
};

constexpr auto kBends = [] {
  std::array<Bend, kWords.size()> bends{};
  std::ranges::transform(kWords, bends.begin(), [](const auto& word) { return word.first; });
  return bends;
}();

}  // namespace

std::string_view to_string(Bend bend) noexcept {
  const auto* const found = std::ranges::find(kWords, bend, [](const auto& word) { return word.first; });
  return found == kWords.end() ? std::string_view{} : found->second;
}

std::optional<Bend> bend_from(std::string_view word) noexcept {
  const auto* const found = std::ranges::find(kWords, word, [](const auto& entry) { return entry.second; });
  if (found == kWords.end()) return std::nullopt;
  return found->first;
}

std::span<const Bend> all_bends() noexcept {
  return kBends;
}

}  // namespace cicada::conformance::terminal
