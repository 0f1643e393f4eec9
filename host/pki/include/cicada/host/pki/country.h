// Country codes: two letters in certificates, up to three in the MRZ.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cicada::host::pki {

/// "D<<" -> "D"; letters become upper case.
[[nodiscard]] std::string normalized_state(std::string_view state);

/// Can a document of this issuing State (three letters as in the MRZ, fillers allowed) be signed by a certificate of
/// this country (two letters, any case)? Knows ISO 3166-1 and the codes of 9303-3 §5 that differ from it.
[[nodiscard]] bool state_belongs_to_country(std::string_view state, std::string_view country);

/// Is this code of the MRZ one that the table knows? Codes are added to 9303-3 from time to time.
[[nodiscard]] bool is_known_state(std::string_view state);
[[nodiscard]] bool is_known_country(std::string_view country);

/// All two-letter codes of the table.
[[nodiscard]] const std::vector<std::string_view>& countries();

/// The MRZ code of a two-letter country, "VNM" for "VN", "D" for "DE"; empty if the country is not known.
[[nodiscard]] std::string state_of_country(std::string_view country);

}  // namespace cicada::host::pki
