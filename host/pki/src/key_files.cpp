#include "key_files.h"

#include <string>

#include "cicada/asn1/pem.h"
#include "cicada/base/file.h"
#include "cicada/base/secret_file.h"

namespace cicada::host::pki {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxKeyFile = 4096;
constexpr std::string_view kKeyWarning =
    "TEST KEY of a test country, made by cicada. It protects nothing: anyone may have a copy.\n"
    "Never use it for a document that somebody is meant to trust.\n";

/// Removes what was written if the rest cannot be.
class Undo {
 public:
  Undo() = default;
  Undo(const Undo&) = delete;
  Undo& operator=(const Undo&) = delete;
  Undo(Undo&&) = delete;
  Undo& operator=(Undo&&) = delete;
  ~Undo() {
    std::error_code ignored;
    while (!paths_.empty()) {
      fs::remove(paths_.back(), ignored);
      paths_.pop_back();
    }
  }
  void add(fs::path path) { paths_.push_back(std::move(path)); }
  void keep() noexcept { paths_.clear(); }

 private:
  std::vector<fs::path> paths_;
};

/// Makes the folder; every level that was made can be undone.
base::Result<void> make_folder(const fs::path& dir, Undo& undo) {
  std::error_code error;
  if (fs::is_directory(dir, error)) return {};
  std::vector<fs::path> missing;
  for (auto level = fs::absolute(dir, error); !error && !level.empty() && !fs::exists(level, error);
       level = level.parent_path()) {
    if (level.has_filename()) missing.push_back(level);
    if (level == level.root_path()) break;
  }
  for (; !missing.empty(); missing.pop_back()) {
    fs::create_directory(missing.back(), error);
    if (error) return base::fail({.fault = base::Fault::io, .what = "the folder cannot be made"});
    undo.add(missing.back());
  }
  if (!fs::is_directory(dir, error)) {
    return base::fail({.fault = base::Fault::conflict, .what = "the place of the folder is taken by a file"});
  }
  return {};
}

base::Result<base::SecretBytes> key_text(const crypto::openssl::PrivateKey& key) {
  CICADA_TRY(const auto pem, key.to_pem());
  base::Bytes text;
  text.reserve(kKeyWarning.size() + pem.size());  // no reallocation: it would leave a copy of the key behind
  base::append(text, base::as_bytes(kKeyWarning));
  base::append(text, pem.expose());
  return base::SecretBytes{std::move(text)};
}

base::SecretBytes hex_text(std::string_view comment, const base::SecretBytes& key) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  base::Bytes text;
  text.reserve(comment.size() + 2 * key.size() + 1);
  base::append(text, base::as_bytes(comment));
  for (const auto octet : key.expose()) {
    text.push_back(static_cast<std::uint8_t>(kDigits[octet >> 4U]));
    text.push_back(static_cast<std::uint8_t>(kDigits[octet & 0x0FU]));
  }
  text.push_back('\n');
  return base::SecretBytes{std::move(text)};
}

}  // namespace

NewFile public_file(std::string_view name, base::ByteView content) {
  return {.name = name, .content = base::SecretBytes::copy_of(content), .mode = kPublicMode};
}

NewFile pem_file(std::string_view name, std::string_view label, base::ByteView der) {
  return public_file(name, base::as_bytes(asn1::encode_pem(label, der)));
}

NewFile hex_key_file(std::string_view name, std::string_view comment, const base::SecretBytes& key) {
  return {.name = name, .content = hex_text(comment, key), .mode = kKeyMode};
}

base::Result<void> add_key(std::vector<NewFile>& files, std::string_view name, const crypto::openssl::PrivateKey& key) {
  CICADA_TRY(auto text, key_text(key));
  files.push_back({.name = name, .content = std::move(text), .mode = kKeyMode});
  return {};
}

base::Result<void> write_all(const fs::path& dir, const std::vector<NewFile>& files) {
  Undo undo;
  CICADA_CHECK(make_folder(dir, undo));
  for (const auto& entry : files) {
    CICADA_CHECK(base::write_file(dir / entry.name, entry.content.expose(), entry.mode));
    undo.add(dir / entry.name);
  }
  undo.keep();
  return {};
}

base::Result<base::SecretBytes> read_hex_key(const fs::path& file, std::size_t size, const Missing& missing) {
  auto text = base::read_secret_file(file, kMaxKeyFile);
  if (!text && text.error().fault == base::Fault::not_found) {
    return base::fail({.fault = base::Fault::not_found, .what = missing.what, .hint = missing.hint});
  }
  if (!text) return std::unexpected(text.error());
  return parse_hex_key(text->expose(), size);
}

base::Result<base::SecretBytes> parse_hex_key(base::ByteView text, std::size_t size) {
  base::Bytes key;
  key.reserve(size + 1);
  bool comment = false;
  bool half = false;
  for (const auto c : text) {
    if (c == '\n' || c == '#') {
      comment = c == '#';
      continue;
    }
    if (comment || c == ' ' || c == '\r' || c == '\t') continue;
    const auto lower = static_cast<std::uint8_t>(c | 0x20U);
    const bool digit = c >= '0' && c <= '9';
    if ((!digit && (lower < 'a' || lower > 'f')) || key.size() > size) {
      base::wipe(key);
      return base::fail({.what = "a key file does not hold a key of its size in hexadecimal"});
    }
    const auto value = static_cast<std::uint8_t>(digit ? c - '0' : lower - 'a' + 10);
    if (half) {
      key.back() = static_cast<std::uint8_t>((key.back() << 4U) | value);
    } else {
      key.push_back(value);
    }
    half = !half;
  }
  base::SecretBytes secret{std::move(key)};
  if (secret.size() != size || half) {
    return base::fail({.what = "a key file does not hold a key of its size in hexadecimal"});
  }
  return secret;
}

}  // namespace cicada::host::pki
