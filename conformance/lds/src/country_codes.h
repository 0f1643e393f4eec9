// Codes of States, nationalities and organizations.
#pragma once

#include <string_view>

namespace cicada::conformance::lds {

/// May this stand in the MRZ as issuing State or nationality (9303-3 §5)? Three characters, filled up with '<'.
[[nodiscard]] bool is_state_code(std::string_view code) noexcept;
/// Two upper-case letters of ISO 3166-1, or one of those that 9303-3 adds (EU, UN, XO, ZZ ...).
[[nodiscard]] bool is_two_letter_code(std::string_view code) noexcept;

}  // namespace cicada::conformance::lds
