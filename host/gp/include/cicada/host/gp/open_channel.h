// Whatever protocol the card speaks, behind one interface.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/host/gp/card_data.h"
#include "cicada/host/gp/keys.h"
#include "cicada/host/gp/scp02.h"
#include "cicada/host/gp/scp03.h"
#include "cicada/host/gp/secure_channel.h"
#include "cicada/host/iso7816/channel.h"

namespace cicada::host::gp {

/// What is asked of the card; what is left open, the card decides in its answer to INITIALIZE UPDATE.
struct ChannelOptions {
  std::uint8_t key_version = kAnyKeyVersion;
  std::optional<Protocol> protocol = {};     ///< none: the one that the card names
  std::optional<std::uint8_t> level = {};    ///< none: 33 with SCP03, 03 with SCP02
  std::optional<std::uint8_t> scp03_i = {};  ///< none: any "i" that allows the level
  Scp03Mode mode = Scp03Mode::s8;            ///< S16 chips want a challenge of 16 octets
  Scp02Option scp02_i = Scp02Option::i15;
  base::Bytes aid = {};  ///< of the selected application; see Scp02Options
};

/// Fills in what a card says in the clear about its protocols: S16 mode, SCP02's option, and SCP03 where nothing was
/// asked for and the card's form of SCP02 is none that is spoken here (i = 15, 55). Not authentic, and harmless: a lie
/// makes the opening fail. Fails with unsupported when the protocol asked for is not offered, or in no form that is
/// spoken.
[[nodiscard]] base::Result<void> follow(const Recognition& recognition, ChannelOptions& options);

/// One INITIALIZE UPDATE, one EXTERNAL AUTHENTICATE. Fails as Scp02::open and Scp03::open; with unsupported when the
/// card speaks another protocol than the one asked for: nobody is talked down from SCP03 to SCP02.
[[nodiscard]] base::Result<std::unique_ptr<SecureChannel>> open_channel(iso7816::Channel& channel,
                                                                        const KeySource& keys, base::Rng& rng,
                                                                        const ChannelOptions& options = {});

}  // namespace cicada::host::gp
