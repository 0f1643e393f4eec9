// From one master key to the transport keys of each chip.
#pragma once

#include <filesystem>

#include "cicada/base/error.h"
#include "cicada/host/gp/keys.h"

namespace cicada::host::gp {

/// The static keys of the chip with this serial. SP 800-108 counter mode, AES-CMAC under the master key, one round:
///
///   K-ENC = CMAC(master, 01 || 00000001 00 || serial)
///   K-MAC = CMAC(master, 01 || 00000002 00 || serial)
///   K-DEK = CMAC(master, 01 || 00000003 00 || serial)
///
/// that is: counter (1 octet), label (4), separator 00, context = 10 octets of key diversification data, and no L.
/// GlobalPlatformPro calls this form KDF3.
[[nodiscard]] base::Result<StaticKeys> diversify(const MasterKey& master, const ChipSerial& serial);

/// The same, as a key source for Scp03::open. Keeps its own copy of the master key.
[[nodiscard]] KeySource diversified(const MasterKey& master);

/// Reads a master key file: 32 hexadecimal digits on one line (white space between octets is allowed); lines that
/// begin with '#' and empty lines are skipped. Fails with not_found or io, with limit when the file is longer than
/// 4096 octets, and with bad_input when it holds anything else (Error::at is the line).
[[nodiscard]] base::Result<MasterKey> read_master_key(const std::filesystem::path& path);

}  // namespace cicada::host::gp
