// What the card manager remembers.
#pragma once

#include <cstdint>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/secret.h"

namespace cicada::applet_sim::manager {

/// The secure channel protocol of a card.
enum class Protocol : std::uint8_t { scp02 = 2, scp03 = 3 };

/// GPC Table 11-6; the only way back is from CARD_LOCKED to SECURED.
enum class CardLife : std::uint8_t {
  op_ready = 0x01,
  initialized = 0x07,
  secured = 0x0F,
  card_locked = 0x7F,
  terminated = 0xFF
};

/// GPC Table 11-4, without the bits that applications define for themselves.
namespace application_life {
inline constexpr std::uint8_t kInstalled = 0x03;
inline constexpr std::uint8_t kSelectable = 0x07;
inline constexpr std::uint8_t kPersonalized = 0x0F;
inline constexpr std::uint8_t kLockedBit = 0x80;
}  // namespace application_life

// What a card has room for.
inline constexpr std::size_t kMaxKeySets = 4;
inline constexpr std::size_t kMaxLoadFiles = 8;
inline constexpr std::size_t kMaxModules = 8;
inline constexpr std::size_t kMaxInstances = 8;
inline constexpr std::size_t kMinAidSize = 5;
inline constexpr std::size_t kMaxAidSize = 16;
inline constexpr std::size_t kMaxNumberSize = 16;  ///< of issuer and card image number

/// Three keys with one version: 16 octets (3DES or AES-128), 24 or 32.
struct KeySet {
  std::uint8_t version = 0;
  base::SecretBytes enc = {}, mac = {}, dek = {};
  std::uint32_t counter = 0;  ///< of the secure channel

  [[nodiscard]] KeySet clone() const {
    return {.version = version, .enc = enc.clone(), .mac = mac.clone(), .dek = dek.clone(), .counter = counter};
  }
};

struct LoadFile {
  base::Bytes aid = {};
  std::uint8_t major = 0, minor = 0;  ///< version
  std::vector<base::Bytes> modules = {};
};

struct Instance {
  base::Bytes aid = {}, load_file = {}, module = {};
  base::Bytes privileges = {};  ///< 1 or 3 octets
  std::uint8_t life = application_life::kInstalled;
};

/// Passport applications that the card knows (docs/card-commands.md).
enum class Application : std::uint8_t { none, jmrtd, groupings };

struct State {
  Protocol protocol = Protocol::scp03;
  std::uint8_t option = 0x70;  ///< implementation option i
  CardLife life = CardLife::secured;
  std::vector<KeySet> keys = {};  ///< the first one is used when none is named
  std::vector<LoadFile> load_files = {};
  std::vector<Instance> instances = {};
  base::Bytes issuer_number = {}, image_number = {};

  [[nodiscard]] State clone() const;
  /// 00: the first. nullptr: no such version.
  [[nodiscard]] const KeySet* key_set(std::uint8_t version) const noexcept;
  [[nodiscard]] const Instance* instance(base::ByteView aid) const noexcept;
  [[nodiscard]] const LoadFile* load_file(base::ByteView aid) const noexcept;
  /// Which passport application is installed.
  [[nodiscard]] Application passport() const noexcept;
  [[nodiscard]] const Instance* passport_instance() const noexcept;
};

/// A000000151000000
[[nodiscard]] base::ByteView issuer_domain_aid() noexcept;
/// A0000002471001, the one instance of a passport application.
[[nodiscard]] base::ByteView passport_aid() noexcept;
/// The passport application that a module is.
[[nodiscard]] Application application_of(base::ByteView module) noexcept;

/// The state of a blank: load file and instance of its application; INITIALIZED when that takes groupings, else
/// SECURED. Fails with bad_input for keys of the wrong
/// size, a key version outside 01 to 7F, or an option that the protocol does not have.
[[nodiscard]] base::Result<State> delivered(Application application, Protocol protocol, std::uint8_t option,
                                            KeySet keys);

/// The state as octets. They hold keys in clear: wipe them.
[[nodiscard]] base::Bytes encode(const State& state);
/// Fails with malformed on anything that encode does not write.
[[nodiscard]] base::Result<State> decode(base::ByteView record);

}  // namespace cicada::applet_sim::manager
