// Key material: moved, never copied; wiped when it goes.
#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include "cicada/base/bytes.h"

namespace cicada::base {

/// Overwrites `bytes` with zeros; the compiler may not leave it out.
void wipe(MutableByteView bytes) noexcept;

/// Compares in time that depends on the lengths only, not on the content.
[[nodiscard]] bool constant_time_equal(ByteView a, ByteView b) noexcept;

/// Secret octets whose number is known at run time. Move-only, wiped on destruction, no printer, no operator==.
/// `expose()` is the one way out, so `grep expose` finds every place where a secret is used.
class SecretBytes {
 public:
  SecretBytes() = default;
  /// Takes the octets over; the argument is empty afterwards.
  explicit SecretBytes(Bytes&& octets) noexcept : octets_(std::exchange(octets, {})) {}
  /// Copies octets that someone else owns and wipes.
  [[nodiscard]] static SecretBytes copy_of(ByteView octets) { return SecretBytes{to_bytes(octets)}; }

  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  SecretBytes(SecretBytes&& other) noexcept : octets_(std::exchange(other.octets_, {})) {}
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
      wipe(octets_);
      octets_ = std::exchange(other.octets_, {});
    }
    return *this;
  }
  ~SecretBytes() { wipe(octets_); }

  [[nodiscard]] ByteView expose() const noexcept { return octets_; }
  [[nodiscard]] std::size_t size() const noexcept { return octets_.size(); }
  [[nodiscard]] bool empty() const noexcept { return octets_.empty(); }
  /// A deliberate second owner (a card that keeps a key in two objects, a test).
  [[nodiscard]] SecretBytes clone() const { return copy_of(octets_); }

 private:
  Bytes octets_;
};

/// Secret octets of a fixed number and one use. `Use` is any tag type: an encryption key cannot be passed where a
/// MAC key is wanted. Move-only, wiped on destruction and when moved from.
template <typename Use, std::size_t Size>
class Key {
 public:
  static constexpr std::size_t kSize = Size;

  Key() = default;
  explicit Key(std::span<const std::uint8_t, Size> octets) { std::ranges::copy(octets, octets_.begin()); }

  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;
  Key(Key&& other) noexcept : octets_(other.octets_) { wipe(other.octets_); }
  Key& operator=(Key&& other) noexcept {
    if (this != &other) {
      octets_ = other.octets_;
      wipe(other.octets_);
    }
    return *this;
  }
  ~Key() { wipe(octets_); }

  [[nodiscard]] std::span<const std::uint8_t, Size> expose() const noexcept { return octets_; }
  /// For functions that write a key in place (a KDF).
  [[nodiscard]] std::span<std::uint8_t, Size> expose_for_writing() noexcept { return octets_; }
  [[nodiscard]] Key clone() const { return Key{expose()}; }

 private:
  std::array<std::uint8_t, Size> octets_{};
};

/// Wipes borrowed octets at the end of a scope: for intermediate buffers.
class Wiper {
 public:
  explicit Wiper(MutableByteView bytes) noexcept : bytes_(bytes) {}
  Wiper(const Wiper&) = delete;
  Wiper& operator=(const Wiper&) = delete;
  Wiper(Wiper&&) = delete;
  Wiper& operator=(Wiper&&) = delete;
  ~Wiper() { wipe(bytes_); }

 private:
  MutableByteView bytes_;
};

}  // namespace cicada::base
