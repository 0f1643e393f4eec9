// Commands that every precondition and procedure needs.
#pragma once

#include <array>
#include <cstdint>

#include "cicada/conformance/model/verdict.h"
#include "cicada/conformance/procedures/registry.h"
#include "cicada/conformance/terminal/bac.h"
#include "cicada/host/iso7816/apdu.h"

namespace cicada::conformance::procedures {

/// AID of the eMRTD (LDS1) application (9303-10 §4.6).
inline constexpr std::array<std::uint8_t, 7> kLds1Application = {0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01};

/// 00 A4 04 0C 07 AID
[[nodiscard]] host::iso7816::CommandApdu select_application();
/// 00 A4 02 0C 02 FID
[[nodiscard]] host::iso7816::CommandApdu select_file(std::uint16_t fid);
/// 00 B0 offset Le, in the file that is selected. `offset` has 15 bits.
[[nodiscard]] host::iso7816::CommandApdu read_binary(std::uint16_t offset, std::uint32_t ne);
/// 00 B0 (80 + SFI) offset Le
[[nodiscard]] host::iso7816::CommandApdu read_binary_sfi(std::uint8_t sfi, std::uint8_t offset, std::uint32_t ne);

/// The file's content; when it had to be read, the case's precondition is reached again.
[[nodiscard]] model::Outcome need_file(Scene& scene, std::string_view name, base::Bytes& content);

/// BAC with the statement's MRZ, in the application selected now.
[[nodiscard]] model::Outcome open_with_bac(Scene& scene);
/// The keys of it.
[[nodiscard]] base::Result<terminal::BacKeys> bac_keys(const model::Ics& ics);
enum class Offers : std::uint8_t { all, without_cam };
/// PACE with the statement's MRZ, or its CAN when it has no MRZ, and the strongest of the chip's offers; in the master
/// file. Sets scene.pace.
[[nodiscard]] model::Outcome open_with_pace(Scene& scene, Offers offers = Offers::all);
/// The application, in plain or under the session that is open.
[[nodiscard]] model::Outcome enter_application(Scene& scene);

}  // namespace cicada::conformance::procedures
