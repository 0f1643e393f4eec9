#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "cicada/base/hex.h"
#include "cicada/base/secret_file.h"
#include "cicada/host/gp/diversify.h"

namespace cicada::host::gp {

using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr std::size_t kMaxKeyFile = 4096;
constexpr base::Literal kHint = "write the 32 hexadecimal digits of the master key on one line";

struct KeyLine {
  base::SecretBytes key;
  std::uint64_t number = 0;
};

Result<KeyLine> parse_key_line(std::string_view line, std::uint64_t number, base::Literal hint) {
  auto octets = base::from_hex(line);
  if (!octets) {
    return fail({.fault = Fault::bad_input,
                 .what = "the key file holds text that is not hexadecimal",
                 .hint = hint,
                 .at = number});
  }
  return KeyLine{.key = base::SecretBytes{*std::move(octets)}, .number = number};
}

/// The keys of a file, at most `most`.
Result<std::vector<KeyLine>> read_keys(const std::filesystem::path& path, std::size_t most, base::Literal too_many,
                                       base::Literal hint) {
  CICADA_TRY(const auto text, base::read_secret_file(path, kMaxKeyFile));
  auto rest = base::as_text(text.expose());
  std::vector<KeyLine> keys;
  for (std::uint64_t number = 1; !rest.empty(); ++number) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.starts_with('#') || line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (keys.size() == most) {
      return fail({.fault = Fault::bad_input, .what = too_many, .hint = hint, .at = number});
    }
    CICADA_TRY(auto key, parse_key_line(line, number, hint));
    keys.push_back(std::move(key));
  }
  return keys;
}

Result<KeyLine> read_one_key(const std::filesystem::path& path, base::Literal hint) {
  CICADA_TRY(auto keys, read_keys(path, 1, "the master key file holds more than one key", hint));
  if (keys.empty()) {
    return fail({.fault = Fault::bad_input, .what = "the master key file holds no key", .hint = hint});
  }
  return std::move(keys.front());
}

template <typename Key>
Result<Key> as_key(const KeyLine& line, base::Literal hint) {
  auto key = Key::copy_of(line.key.expose());
  if (!key) {
    return fail({.fault = Fault::bad_input,
                 .what = "a key in the key file does not have 16, 24 or 32 octets",
                 .hint = hint,
                 .at = line.number});
  }
  return key;
}

}  // namespace

Result<MasterKey> read_master_key(const std::filesystem::path& path) {
  CICADA_TRY(const auto line, read_one_key(path, kHint));
  if (line.key.size() != MasterKey::kSize) {
    return fail({.fault = Fault::bad_input,
                 .what = "the master key does not have 16 octets",
                 .hint = kHint,
                 .at = line.number});
  }
  return as_key<MasterKey>(line, kHint);
}

Result<MasterKey> read_master_key_of_any_size(const std::filesystem::path& path) {
  constexpr base::Literal kAnySize = "write the hexadecimal digits of the master key on one line";
  CICADA_TRY(const auto line, read_one_key(path, kAnySize));
  return as_key<MasterKey>(line, kAnySize);
}

Result<StaticKeys> read_static_keys(const std::filesystem::path& path) {
  constexpr base::Literal kThree = "write K-ENC, K-MAC and K-DEK on three lines, or one key that is all of them";
  CICADA_TRY(const auto lines, read_keys(path, 3, "the key file holds more than three keys", kThree));
  if (lines.size() != 1 && lines.size() != 3) {
    return fail({.fault = Fault::bad_input, .what = "the key file holds neither one key nor three", .hint = kThree});
  }
  StaticKeys keys;
  CICADA_TRY(keys.k_enc, as_key<KEnc>(lines.front(), kThree));
  CICADA_TRY(keys.k_mac, as_key<KMac>(lines.at(lines.size() / 2), kThree));
  CICADA_TRY(keys.k_dek, as_key<KDek>(lines.back(), kThree));
  if (keys.k_mac.size() != keys.k_enc.size() || keys.k_dek.size() != keys.k_enc.size()) {
    return fail({.fault = Fault::bad_input, .what = "the keys in the key file do not have one size", .hint = kThree});
  }
  return keys;
}

}  // namespace cicada::host::gp
