#include "line_journal.h"

#include <fmt/format.h>

#include <iostream>
#include <optional>

namespace cicada::tools {

namespace journal = host::journal;
using base::Fault;

std::expected<std::unique_ptr<journal::Journal>, Exit> open_to_write(const std::string& address,
                                                                     std::string_view writer, NewJournal when_none,
                                                                     OldTables when_old) {
  // A reader makes nothing and changes nothing: it tells what is there.
  const auto there = journal::open_journal(address, "");
  const auto fault = there ? std::nullopt : std::optional{there.error().fault};
  if (fault == Fault::unsupported && when_old == OldTables::bring_forward) {
    std::cerr << fmt::format(
        "cicada: {}: its tables are an earlier program's and are brought forward; for millions of jobs this takes "
        "minutes, and SIGQUIT ends it with nothing changed\n",
        journal::shown_address(address));
  } else if (fault && (fault != Fault::not_found || when_none == NewJournal::refuse)) {
    return std::unexpected{complain_of_journal(address, there.error())};
  }
  auto opened = journal::open_journal(address, writer);
  if (!opened) return std::unexpected{complain_of_journal(address, opened.error())};
  return *std::move(opened);
}

}  // namespace cicada::tools
