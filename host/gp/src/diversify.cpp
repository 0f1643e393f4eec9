#include "cicada/host/gp/diversify.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>

#include "cicada/base/file.h"
#include "cicada/base/hex.h"
#include "cicada/host/gp/kdf.h"

namespace cicada::host::gp {

using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr std::size_t kMaxKeyFile = 4096;
constexpr base::Literal kHint = "write the 32 hexadecimal digits of the master key on one line";

enum class Purpose : std::uint8_t { enc = 1, mac = 2, dek = 3 };

Result<void> derive(const crypto::openssl::Cmac& master, Purpose purpose, const ChipSerial& serial,
                    base::MutableByteView out) {
  const std::array<std::uint8_t, 5> label{0, 0, 0, static_cast<std::uint8_t>(purpose), 0x00};
  return derive_in_counter_mode(master, {}, base::concat({label, serial}), out);
}

Result<MasterKey> parse_key_line(std::string_view line, std::uint64_t number) {
  auto octets = base::from_hex(line);
  if (!octets) {
    return fail({.fault = Fault::bad_input,
                 .what = "the master key file holds text that is not hexadecimal",
                 .hint = kHint,
                 .at = number});
  }
  const base::SecretBytes key{*std::move(octets)};
  if (key.size() != MasterKey::kSize) {
    return fail(
        {.fault = Fault::bad_input, .what = "the master key does not have 16 octets", .hint = kHint, .at = number});
  }
  return MasterKey{key.expose().first<MasterKey::kSize>()};
}

}  // namespace

Result<StaticKeys> diversify(const MasterKey& master, const ChipSerial& serial) {
  CICADA_TRY(const auto cmac, crypto::openssl::Cmac::create(master.expose()));
  StaticKeys keys;
  CICADA_CHECK(derive(cmac, Purpose::enc, serial, keys.k_enc.expose_for_writing()));
  CICADA_CHECK(derive(cmac, Purpose::mac, serial, keys.k_mac.expose_for_writing()));
  CICADA_CHECK(derive(cmac, Purpose::dek, serial, keys.k_dek.expose_for_writing()));
  return keys;
}

KeySource diversified(const MasterKey& master) {
  // std::function wants something copyable; the key itself is not copied.
  auto own = std::make_shared<const MasterKey>(master.clone());
  return [own](const ChipSerial& serial) { return diversify(*own, serial); };
}

Result<MasterKey> read_master_key(const std::filesystem::path& path) {
  CICADA_TRY(auto content, base::read_file(path, kMaxKeyFile));
  const base::SecretBytes text{std::move(content)};
  auto rest = base::as_text(text.expose());
  std::optional<MasterKey> key;
  for (std::uint64_t number = 1; !rest.empty(); ++number) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.starts_with('#') || line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (key) {
      return fail({.fault = Fault::bad_input,
                   .what = "the master key file holds more than one key",
                   .hint = kHint,
                   .at = number});
    }
    CICADA_TRY(key, parse_key_line(line, number));
  }
  if (!key) return fail({.fault = Fault::bad_input, .what = "the master key file holds no key", .hint = kHint});
  return *std::move(key);
}

}  // namespace cicada::host::gp
