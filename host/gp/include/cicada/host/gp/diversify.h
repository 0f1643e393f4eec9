// From one master key to the transport keys of each chip.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/gp/keys.h"

namespace cicada::host::gp {

/// How a chip's keys follow from a master key and the chip's serial (GlobalPlatformPro's names).
enum class Diversification : std::uint8_t {
  /// SP 800-108 counter mode, AES-CMAC under the master key; the keys are as long as it:
  ///
  ///   K-ENC = CMAC(master, 01 || 00000001 00 || serial)
  ///   K-MAC = CMAC(master, 01 || 00000002 00 || serial)
  ///   K-DEK = CMAC(master, 01 || 00000003 00 || serial)
  ///
  /// that is: counter (1 octet), label (4), separator 00, context = 10 octets of key diversification data, and no L.
  kdf3,
  /// EMV Card Personalization Specification 1.1: 3DES-ECB under the master key over S || F0 || n || S || 0F || n,
  /// where
  /// S is the last six octets of the serial and n is 01, 02, 03.
  emv,
  /// The same with S = octets 1, 2 and 5 to 8 of the serial, which is where a Visa card's are.
  visa2,
};

inline constexpr std::array kDiversifications{Diversification::kdf3, Diversification::emv, Diversification::visa2};

/// "kdf3", "emv", "visa2"; nothing for another name.
[[nodiscard]] std::string_view to_string(Diversification scheme) noexcept;
[[nodiscard]] std::optional<Diversification> diversification_named(std::string_view name) noexcept;

/// What kdf3 derives K-ENC, K-MAC and K-DEK from, behind the counter: for a master key that is not at hand.
[[nodiscard]] std::array<base::Bytes, 3> kdf3_inputs(const ChipSerial& serial);

/// The static keys of the chip with this serial. Fails with bad_input when the master key has not 16 octets and the
/// scheme is one of 3DES.
[[nodiscard]] base::Result<StaticKeys> diversify(const MasterKey& master, const ChipSerial& serial,
                                                 Diversification scheme = Diversification::kdf3);

/// The same, as a key source for a secure channel. Keeps its own copy of the master key.
[[nodiscard]] KeySource diversified(const MasterKey& master, Diversification scheme = Diversification::kdf3);

/// The same keys for every chip. Takes them over.
[[nodiscard]] KeySource undiversified(StaticKeys keys);

/// Reads a master key file: 32 hexadecimal digits on one line (white space between octets is allowed); lines that
/// begin with '#' and empty lines are skipped. Fails with not_found or io, with limit when the file is longer than
/// 4096 octets, and with bad_input when others than its owner may read or write it, or it holds anything else
/// (Error::at is the line).
[[nodiscard]] base::Result<MasterKey> read_master_key(const std::filesystem::path& path);

/// The same for a master key of 16, 24 or 32 octets.
[[nodiscard]] base::Result<MasterKey> read_master_key_of_any_size(const std::filesystem::path& path);

/// Reads a file of static keys: three lines, K-ENC, K-MAC and K-DEK in this order, or one line with a key that is all
/// three (as test cards come); 16, 24 or 32 octets each, all of one size. Comments, empty lines and errors as above.
[[nodiscard]] base::Result<StaticKeys> read_static_keys(const std::filesystem::path& path);

}  // namespace cicada::host::gp
