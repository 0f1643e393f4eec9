// cicada: personalizes, reads, verifies and simulates chipped identity cards.
#include <csignal>
#include <exception>
#include <iostream>

#include "app.h"
#include "cicada/base/process.h"

namespace {

int run(int argc, char** argv) {
  using namespace cicada::tools;
  CLI::App app{"Cicada: the chip side of an identity card.", "cicada"};
  app.set_version_flag("--version", "cicada " CICADA_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 done and every check passed; 1 a check failed; 2 wrong use or bad input;\n"
      "            3 reader, card or service trouble.");
  Outcome outcome;
  add_pki(app, outcome);
  add_issue(app, outcome);
  add_line(app, outcome);
  add_prepare(app, outcome);
  add_sim(app, outcome);
  add_sim_blank(app, outcome);
  add_sim_blanks(app, outcome);
  add_readers(app, outcome);
  add_apdu(app, outcome);
  add_gp(app, outcome);
  add_read(app, outcome);
  add_verify(app, outcome);
  add_audit(app, outcome);
  add_show(app, outcome);
  add_status(app, outcome);
  add_conform(app, outcome);
  add_conform_card(app, outcome);
  add_conform_reader(app, outcome);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? static_cast<int>(Exit::done) : static_cast<int>(Exit::bad_input);
  }
  std::cout.flush();
  if (!std::cout) return static_cast<int>(complain("standard output", "it cannot be written", Exit::trouble));
  return static_cast<int>(outcome.exit);
}

}  // namespace

int main(int argc, char** argv) {
  // Keys pass through this process.
  if (const auto kept = cicada::base::keep_memory_private(); !kept) {
    return static_cast<int>(cicada::tools::complain("cicada", kept.error()));
  }
  // A reader of our output that goes away (head, a closed terminal) is an error of write(), not a reason to die
  // mid-card.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "cicada: unexpected: " << error.what() << '\n';
    return static_cast<int>(cicada::tools::Exit::trouble);
  }
}
