// cicada sim: puts a simulated card on a real pcscd.
#include <fmt/format.h>

#include <csignal>
#include <iostream>
#include <stop_token>
#include <thread>

#include "app.h"
#include "blank_options.h"
#include "card_link.h"
#include "cicada/applet_sim/misbehave/misbehaviour.h"
#include "cicada/applet_sim/port/vpcd.h"
#include "dump_folder.h"
#include "misbehave_option.h"
#include "misissue_option.h"
#include "stop_signal.h"

namespace cicada::tools {
namespace {

namespace kernel = applet_sim::kernel;
namespace misbehave = applet_sim::misbehave;
namespace nvm = applet_sim::nvm;
namespace port = applet_sim::port;

struct SimOptions {
  std::filesystem::path card;
  std::filesystem::path from;
  std::string vpcd = "127.0.0.1:35963";
  bool slow_ack = false;
  std::vector<std::string> misbehave;
  bool list_misbehaviour = false;
  MisissueOption misissue;
  BlankOptions blank;
};

/// "HOST:PORT"
base::Result<port::VpcdOptions> parse_address(const std::string& text) {
  constexpr base::Error kForm{.fault = base::Fault::bad_input, .what = "not an address of the form HOST:PORT"};
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return base::fail(kForm);
  unsigned long number = 0;
  const auto digits = text.substr(colon + 1);
  if (digits.empty() || digits.size() > 5 || digits.find_first_not_of("0123456789") != std::string::npos)
    return base::fail(kForm);
  number = std::stoul(digits);
  if (number == 0 || number > 65535) return base::fail(kForm);
  port::VpcdOptions options;
  options.host = text.substr(0, colon);
  options.port = static_cast<std::uint16_t>(number);
  return options;
}

/// A new blank, in memory or as the file that the options name.
base::Result<std::unique_ptr<kernel::Card>> make_blank(const SimOptions& options, SystemWorld& world) {
  CICADA_TRY(const auto blank, options.blank.make(options.misissue.pki, world.world().rng));
  std::unique_ptr<nvm::Storage> storage = std::make_unique<nvm::MemoryStorage>();
  if (!options.card.empty()) {
    CICADA_TRY(storage, nvm::FileStorage::create(options.card));
  }
  return kernel::Card::create_blank(world.world(), std::move(storage), blank);
}

/// The card that the options name: a blank, a file, a file made of dumps, or dumps in memory.
base::Result<std::unique_ptr<kernel::Card>> make_card(const SimOptions& options, SystemWorld& world) {
  if (!options.blank.kind.dialect.empty()) return make_blank(options, world);
  if (options.from.empty()) {
    CICADA_TRY(auto storage, nvm::FileStorage::open(options.card));
    if (options.misbehave.empty()) return kernel::Card::open(world.world(), std::move(storage));
    // A copy misbehaves: the card in the file stays as it was.
    CICADA_TRY(auto octets, storage->read());
    return kernel::Card::open(world.world(),
                              std::make_unique<nvm::MemoryStorage>(std::make_shared<base::Bytes>(std::move(octets))));
  }
  CICADA_TRY(const auto content, read_dump_folder(options.from));
  if (options.card.empty()) {
    return kernel::Card::create_personalized(world.world(), std::make_unique<nvm::MemoryStorage>(), content);
  }
  CICADA_TRY(auto storage, nvm::FileStorage::create(options.card));
  return kernel::Card::create_personalized(world.world(), std::move(storage), content);
}

Exit serve(kernel::Card& card, const std::string& subject, const SimOptions& options, port::VpcdOptions wire) {
  const StopSignal stop;  // before the first thread, so that it is the one that gets the signals
  wire.quick_ack = !options.slow_ack;
  wire.delays = !options.misbehave.empty();
  auto vpcd = port::Vpcd::connect(wire);
  if (!vpcd) return complain("vpcd at " + options.vpcd, vpcd.error());
  std::cerr << fmt::format("{} is in the reader at {}; stop with Ctrl-C\n", subject, options.vpcd);
  const auto end = vpcd->serve(card, stop.token());
  if (!end) return complain("vpcd at " + options.vpcd, end.error());
  std::cerr << fmt::format("{}: {} after {} APDUs\n", subject,
                           *end == port::VpcdEnd::stopped ? "taken out" : "the reader closed the connection",
                           vpcd->apdus());
  return *end == port::VpcdEnd::stopped ? Exit::done : Exit::trouble;
}

Exit run(const SimOptions& options) {
  if (options.list_misbehaviour) {
    std::cout << table_of_faults();
    return Exit::done;
  }
  const bool blank = !options.blank.kind.dialect.empty();
  if (options.card.empty() && options.from.empty() && !blank) {
    return complain("sim", "no card: give --card FILE, --from DIR, or both, or --dialect for a blank", Exit::bad_input);
  }
  if (blank && (!options.from.empty() || !options.misbehave.empty() || !options.misissue.write_trust.empty())) {
    return complain("--dialect", "a new blank has no dumps in it and does nothing wrong", Exit::bad_input);
  }
  if (!options.misbehave.empty() && !options.from.empty() && !options.card.empty()) {
    return complain("--misbehave", "a card that misbehaves is not made into a file: leave --card out", Exit::bad_input);
  }
  auto names = options.misbehave;
  // With a blank --pki is the country whose keys it has, and no document is there that could be wrong.
  auto document =
      blank ? std::expected<std::unique_ptr<MisissuedDocument>, Exit>{nullptr} : options.misissue.take(names);
  if (!document) return document.error();
  auto faults = faults_by_name(names);
  if (!faults) return complain("--misbehave", faults.error(), Exit::bad_input);
  const auto address = parse_address(options.vpcd);
  if (!address) return complain("--vpcd " + options.vpcd, address.error());
  SystemWorld world;
  misbehave::Misbehaviour misbehaviour{*std::move(faults), world.world().rng};
  auto card = make_card(options, world);
  const std::string origin = blank ? "blank of dialect " + options.blank.kind.dialect : options.from.string();
  const std::string subject = options.card.empty() ? origin : options.card.string();
  if (!card) return complain(subject, card.error());

  if (*document != nullptr) {
    if (const auto put = options.misissue.apply(**document, **card); put != Exit::done) return put;
  }
  if (!names.empty()) {
    if (const auto installed = (*card)->install(misbehaviour); !installed) {
      return complain("--misbehave", installed.error());
    }
  }
  return serve(**card, subject, options, *address);
}

}  // namespace

void add_sim(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand("sim", "Put a simulated card into a reader of a real pcscd (vpcd).");
  auto options = std::make_shared<SimOptions>();
  command->add_option("--card", options->card, "Card file; with --from, the file to make")->type_name("FILE");
  command
      ->add_option("--from", options->from,
                   "Folder of EF dumps (EF_COM.bin, EF_SOD.bin, DG1.bin ...) to serve as a card; card.toml in it may "
                   "give passwords and keys")
      ->type_name("DIR");
  command->add_option("--vpcd", options->vpcd, "Where vpcd listens")->type_name("HOST:PORT")->capture_default_str();
  command->add_flag("--slow-ack", options->slow_ack,
                    "Leave acknowledgements to the kernel: to measure what that costs");
  command
      ->add_option("--misbehave", options->misbehave,
                   "What the card does wrong: a name of --list-misbehaviour, or a file; may be given several times")
      ->type_name("NAME|FILE.toml");
  command->add_flag("--list-misbehaviour", options->list_misbehaviour,
                    "Print the faults and quirks, the card that each is for, and the check that catches it");
  options->misissue.add_to(*command);
  options->blank.add_to(*command);
  command->callback([options, &outcome] { outcome.exit = run(*options); });
}

}  // namespace cicada::tools
