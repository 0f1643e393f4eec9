// One file from an open chip.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "block_size.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/inspect/reader.h"
#include "cicada/host/iso7816/apdu.h"
#include "cicada/host/lds/ef.h"

namespace cicada::host::inspect {

/// Short reads (fewer octets than asked for, and not the end) of one file, at most: a card that gives one octet at a
/// time is refused.
inline constexpr std::size_t kMaxShortReads = 16;

/// Why a file could not be read, while the session goes on.
struct Refusal {
  std::uint16_t sw = 0;  ///< the card's answer; 9000 when its content was the trouble
  base::Literal reason;
  bool malformed = false;  ///< it is there, and not what such a file is: another tag, or an end before its length
};

/// What was learned about the chip so far; outlives a session.
struct ChipHabits {
  BlockSize block;
  enum class Sfi : std::uint8_t { unknown, works, unsupported } sfi = Sfi::unknown;
  std::vector<std::string> notes = {};
  void note(std::string text);
};

/// Reads by short file identifier: the first READ BINARY brings tag, length and as much of the content as fits, the
/// others go on from there; no SELECT and no second look at the header (9303-10 §3.6.3.1). Chips without short file
/// identifiers are read with SELECT.
class FileReader {
 public:
  using OnOctets = std::function<void(std::size_t so_far, std::size_t in_all)>;
  /// One exchange with the open chip. Fails when the session is dead and when the time is over.
  using Transmit = std::function<base::Result<iso7816::ResponseApdu>(const iso7816::CommandApdu&)>;

  /// Borrows all of them.
  FileReader(const Transmit& transmit, ChipHabits& habits, const Caps& caps) noexcept
      : transmit_(transmit), habits_(habits), caps_(caps) {}

  /// The file's content, exactly as long as its outermost object says. Fails when the session is dead (habits are then
  /// adapted, so that another session may do better) and when the time is over.
  [[nodiscard]] base::Result<std::variant<base::Bytes, Refusal>> read(const lds::EfInfo& file,
                                                                      const OnOctets& on_octets);

 private:
  using Answer = std::variant<base::Bytes, Refusal>;
  base::Result<iso7816::ResponseApdu> read_first(const lds::EfInfo& file, std::size_t size);
  base::Result<iso7816::ResponseApdu> read_first_sized(const lds::EfInfo& file);
  base::Result<iso7816::ResponseApdu> read_at(std::size_t offset, std::size_t size);
  base::Result<Answer> first_block(const lds::EfInfo& file);
  base::Result<Answer> first_block_this_way(const lds::EfInfo& file);
  base::Result<Answer> select_and_read(const lds::EfInfo& file);
  base::Result<Answer> next_block(std::size_t offset, std::size_t in_all, std::size_t& short_reads);
  base::Result<Answer> go_on(const lds::EfInfo& file, base::Bytes content, const OnOctets& on_octets);

  const Transmit& transmit_;
  ChipHabits& habits_;
  const Caps& caps_;
};

}  // namespace cicada::host::inspect
