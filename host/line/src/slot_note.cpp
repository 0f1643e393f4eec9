#include "slot_note.h"

#include <fcntl.h>
#include <unistd.h>

#include "cicada/base/bytes.h"
#include "cicada/base/file.h"
#include "cicada/base/hex.h"
#include "cicada/crypto/openssl/hash.h"

namespace cicada::host::line {

namespace {

constexpr std::size_t kMaxNote = 4096;

/// Reader names have spaces, brackets and slashes.
std::string file_name(const std::string& station) {
  std::string name;
  for (const char c : station) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    if (plain) {
      name += c;
    } else {
      name += '_' + base::to_hex(base::as_bytes(std::string_view{&c, 1}));
    }
  }
  return name + ".slot";
}

/// Tells a whole note from half of one.
base::Result<std::string> check_of(const std::string& dossier) {
  constexpr std::size_t kCheck = 8;
  CICADA_TRY(const auto hash,
             crypto::openssl::hash(crypto::openssl::HashAlgorithm::sha256, base::as_bytes(std::string_view{dossier})));
  return base::to_hex(base::ByteView{hash}.first(kCheck));
}

}  // namespace

SlotNote::SlotNote(const std::filesystem::path& folder, const std::string& station)
    : file_(folder / file_name(station)) {}

SlotNote::~SlotNote() {
  if (fd_ >= 0) ::close(fd_);
}

base::Result<void> SlotNote::write(const std::string& dossier) {
  if (dossier.find('\n') != std::string::npos) {
    return base::fail({.fault = base::Fault::bad_input, .what = "the dossier's id is not one line"});
  }
  if (fd_ < 0) fd_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  CICADA_TRY(const auto check, check_of(dossier));
  const auto note = dossier + '\n' + check + '\n';
  if (fd_ < 0 || ::pwrite(fd_, note.data(), note.size(), 0) != static_cast<ssize_t>(note.size())) {
    return base::fail({.fault = base::Fault::io, .what = "the note of a station's slot cannot be written"});
  }
  return {};
}

/// An empty first line is no note. One that cannot be taken back stays: it is looked at only when a card is in the
/// slot.
void SlotNote::clear() noexcept {
  if (fd_ >= 0) static_cast<void>(::pwrite(fd_, "\n", 1, 0) == 1);
}

/// What a longer note left behind this one is not looked at.
std::optional<std::string> SlotNote::read() const {
  const auto octets = base::read_file(file_, kMaxNote);
  if (!octets) return std::nullopt;
  const auto text = base::as_text(*octets);
  const auto end = text.find('\n');
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  std::string dossier{text.substr(0, end)};
  const auto check = check_of(dossier);
  if (!check || !text.substr(end + 1).starts_with(*check + '\n')) return std::nullopt;
  return dossier;
}

}  // namespace cicada::host::line
