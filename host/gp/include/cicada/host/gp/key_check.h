// Key check values, and keys as PUT KEY carries them.
#pragma once

#include <array>
#include <cstdint>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/gp/keys.h"
#include "cicada/host/gp/secure_channel.h"

namespace cicada::host::gp {

/// Coding of key types (Card Specification §11.1.8).
enum class KeyType : std::uint8_t { tdes = 0x80, aes = 0x88 };

using KeyCheckValue = std::array<std::uint8_t, 3>;

/// The first three octets of one block encrypted: 8 octets 00 with 3DES, 16 octets 01 with AES (Card Specification
/// §B.6). Fails with bad_input when the key's size is none of the type.
[[nodiscard]] base::Result<KeyCheckValue> key_check_value(KeyType type, base::ByteView key);

/// One key data field of PUT KEY, encrypted under the channel's data encryption key (Card Specification §11.8.2.3,
/// Amendment D §7.2): 80 L key 03 KCV, or 88 L length-of-key key 03 KCV.
[[nodiscard]] base::Result<base::Bytes> key_data_field(const SecureChannel& channel, KeyType type, base::ByteView key);

}  // namespace cicada::host::gp
