// The frame around the subcommands: exit codes, and how an error reaches the user.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>

#include "cicada/base/error.h"
#include "cicada/base/problem.h"

namespace cicada::tools {

/// What the shell sees (docs/command-line.md).
enum class Exit : int {
  done = 0,          ///< done, and every check passed
  check_failed = 1,  ///< a check failed, or a record was refused
  bad_input = 2,     ///< wrong use or bad input
  trouble = 3,       ///< reader, card or service trouble
};

/// Which exit code an error means.
[[nodiscard]] Exit exit_for(const base::Error& error) noexcept;

/// "cicada: SUBJECT: what (detail): hint" on standard error; returns exit_for(error). `subject` is a file, a reader or
/// an option: what the user can look at.
Exit complain(std::string_view subject, const base::Error& error);
/// The same for an error of a line's journal, shown by its address: a damaged one is trouble, not bad input.
Exit complain_of_journal(const std::string& address, const base::Error& error);
/// The same for findings that are not an Error.
Exit complain(std::string_view subject, std::string_view text, Exit exit);

/// "cicada: TEXT" on standard error, for what is wrong with a file that somebody wrote; the text names it.
Exit complain(const base::Problem& problem);

/// For options that must say something: an unset shell variable is not "no option".
[[nodiscard]] CLI::Validator not_empty();

/// Every subcommand sets this from its callback.
struct Outcome {
  Exit exit = Exit::done;
};

// One line a subcommand: each adds itself to the command line.
void add_pki(CLI::App& app, Outcome& outcome);
void add_issue(CLI::App& app, Outcome& outcome);
void add_line(CLI::App& app, Outcome& outcome);
void add_prepare(CLI::App& app, Outcome& outcome);
void add_sim(CLI::App& app, Outcome& outcome);
void add_sim_blank(CLI::App& app, Outcome& outcome);
void add_sim_blanks(CLI::App& app, Outcome& outcome);
void add_readers(CLI::App& app, Outcome& outcome);
void add_apdu(CLI::App& app, Outcome& outcome);
void add_gp(CLI::App& app, Outcome& outcome);
void add_read(CLI::App& app, Outcome& outcome);
void add_verify(CLI::App& app, Outcome& outcome);
void add_audit(CLI::App& app, Outcome& outcome);
void add_show(CLI::App& app, Outcome& outcome);
void add_status(CLI::App& app, Outcome& outcome);
void add_conform(CLI::App& app, Outcome& outcome);
void add_conform_card(CLI::App& app, Outcome& outcome);
void add_conform_reader(CLI::App& app, Outcome& outcome);

}  // namespace cicada::tools
