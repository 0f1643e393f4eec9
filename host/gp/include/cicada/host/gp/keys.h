// The keys that open a chip for writing.
#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "cicada/base/error.h"
#include "cicada/base/secret.h"

namespace cicada::host::gp {

/// What a static key is for; a tag, so that K-ENC cannot be passed where K-MAC is wanted.
struct ForChannelEncryption;
struct ForChannelMac;
struct ForDataEncryption;
struct ForDiversification;

using KEnc = base::Key<ForChannelEncryption, 16>;  ///< derives S-ENC and encrypts nothing itself
using KMac = base::Key<ForChannelMac, 16>;         ///< derives S-MAC and S-RMAC
using KDek = base::Key<ForDataEncryption, 16>;     ///< encrypts keys that are sent to the card

/// The three static AES-128 keys of a chip's secure channel (Amendment D §4.1.1): the transport keys until the card
/// is locked.
struct StaticKeys {
  KEnc k_enc;
  KMac k_mac;
  KDek k_dek;
};

/// The key that a chip supplier and an issuer share; every chip's static keys are derived from it.
using MasterKey = base::Key<ForDiversification, 16>;

/// Key diversification data: the first 10 octets of the answer to INITIALIZE UPDATE. A Cicada card puts its chip
/// serial there.
using ChipSerial = std::array<std::uint8_t, 10>;

/// Finds the static keys of the chip with this serial; called once, after INITIALIZE UPDATE.
using KeySource = std::function<base::Result<StaticKeys>(const ChipSerial& serial)>;

}  // namespace cicada::host::gp
