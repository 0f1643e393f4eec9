// cicada read: opens a chip, reads it, says what it holds and whether to believe it.
#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <iostream>
#include <optional>
#include <thread>

#include "access_options.h"
#include "app.h"
#include "card_link.h"
#include "cicada/base/file.h"
#include "cicada/host/inspect/reader.h"
#include "cicada/host/inspect/report.h"
#include "cicada/host/iso7816/sw.h"
#include "cicada/host/lds/dg1.h"
#include "cicada/host/lds/dg13.h"
#include "cicada/host/pki/cv_store.h"
#include "cicada/host/pki/trust_store.h"
#include "portrait.h"
#include "terminal.h"
#include "trust_option.h"
#include "verdict_text.h"

namespace cicada::tools {
namespace {

namespace inspect = host::inspect;
namespace lds = host::lds;

constexpr std::string_view kAskTheChip = "auto";

struct ReadOptions {
  CardOptions card;
  AccessOptions access;
  TrustOption trust;
  std::filesystem::path out;
  bool json = false;
  std::string extended;
  std::filesystem::path verifier;
};

void print_field(std::string_view label, std::string_view value) {
  if (!value.empty()) std::cout << fmt::format("{:<18} {}\n", label, safe(value));
}

void print_dg1(base::ByteView file) {
  const auto dg1 = lds::parse_dg1(file);
  if (!dg1) return;
  const auto& mrz = dg1->mrz.fields;
  print_field("document", fmt::format("{} {} {}", mrz.document_code, mrz.issuing_state, mrz.document_number));
  print_field("name in the zone",
              mrz.primary_identifier + (mrz.secondary_identifier.empty() ? "" : ", " + mrz.secondary_identifier));
  // A CCCD says all this better in DG13.
  if (mrz.issuing_state == "VNM" && mrz.document_code.starts_with('I')) return;
  const auto born = lds::birth_date_of(mrz.birth_date, base::date_of(base::SystemClock{}.now()));
  const auto ends = lds::expiry_of(mrz.issuing_state, mrz.expiry_date);
  print_field("nationality", mrz.nationality);
  print_field("date of birth", born ? base::to_iso_date(*born) : mrz.birth_date);
  print_field("sex", mrz.sex == '<' ? "not given" : std::string(1, mrz.sex));
  print_field("date of expiry", ends.date ? base::to_iso_date(*ends.date) : mrz.expiry_date);
}

void print_dg13(base::ByteView file) {
  const auto dg13 = lds::parse_dg13(file);
  if (!dg13 || !dg13->cccd) return;
  for (const auto& line : lds::to_lines(*dg13->cccd)) print_field(line.label, line.text);
}

/// Progress to the terminal while the chip is being read; the holder's data as soon as they are there.
class Listener {
 public:
  explicit Listener(bool quiet) : quiet_(quiet) {}

  void operator()(const inspect::Event& event) {
    if (const auto* access = std::get_if<inspect::AccessDone>(&event)) {
      line_.show(fmt::format("{}: the chip is open", access->protocol));
    } else if (const auto* progress = std::get_if<inspect::Progress>(&event)) {
      line_.show(fmt::format("{} {} {} of {}, {} of {} bytes, {} in all",
                             bar(progress->file_bytes, progress->file_size, 24), lds::to_string(progress->ef),
                             progress->file_index, progress->file_count, with_commas(progress->file_bytes),
                             with_commas(progress->file_size), with_commas(progress->total_bytes)));
    } else if (const auto* file = std::get_if<inspect::FileRead>(&event); file != nullptr && !quiet_) {
      if (file->ef != lds::Ef::dg1 && file->ef != lds::Ef::dg13) return;
      line_.clear();
      if (!announced_) std::cout << "read from the chip, not verified yet:\n";
      announced_ = true;
      if (file->ef == lds::Ef::dg1) print_dg1(file->content);
      if (file->ef == lds::Ef::dg13) print_dg13(file->content);
      std::cout.flush();
    }
  }
  void finish() { line_.clear(); }

 private:
  ProgressLine line_;
  bool quiet_;
  bool announced_ = false;
};

/// Raw files, portrait, verdict.json and result.json; a person's data, so for the owner's eyes only.
std::optional<Exit> write_out(const inspect::Inspection& result, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return complain(folder.string(), "the folder cannot be made: " + error.message(), Exit::trouble);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  // What an earlier read left here may be another person's.
  for (const auto& info : lds::all_files()) std::filesystem::remove(folder / info.file_name, error);
  for (const auto name : kPortraitNames) std::filesystem::remove(folder / name, error);
  for (const auto* name : {"verdict.json", "result.json"}) std::filesystem::remove(folder / name, error);
  const auto write = [&](std::string_view name, base::ByteView content) {
    return base::write_file(folder / name, content, 0600);
  };
  for (const auto& [ef, content] : result.files) {
    if (const auto written = write(lds::info(ef).file_name, content); !written) {
      return complain((folder / lds::info(ef).file_name).string(), written.error());
    }
  }
  for (const auto& [name, text] : {std::pair{"verdict.json", inspect::to_json(result.verdict)},
                                   std::pair{"result.json", inspect::to_json(result)}}) {
    if (const auto written = write(name, base::as_bytes(text + "\n")); !written)
      return complain((folder / name).string(), written.error());
  }
  if (const auto written = write_portrait(result, folder); !written)
    return complain((folder / "portrait").string(), written.error());
  return std::nullopt;
}

std::string access_of(const inspect::Inspection& result) {
  std::string text{result.access_protocol};
  if (result.access.offer && result.access.password) {
    text = fmt::format("PACE with the {} ({}, domain parameters {})", host::access::to_string(*result.access.password),
                       host::access::name_of(result.access.offer->protocol), result.access.offer->parameter_id);
  }
  return text;
}

std::string_view content_of(lds::Ef ef) noexcept {
  switch (ef) {
    case lds::Ef::dg3: return "DG3 (fingerprints)";
    case lds::Ef::dg4: return "DG4 (irises)";
    default: return lds::to_string(ef);
  }
}

/// What whoever stands at the counter can try when the chip did not open.
std::string advice(const ReadOptions& options, const inspect::Inspection& result) {
  const bool wrong_password = result.access_error->sw == host::iso7816::sw::k6300AuthenticationFailed;
  if (wrong_password && !options.access.citizen_number.empty())
    return "; the CAN is the last six of the twelve digits: compare the number with the card";
  const bool has_bac = !options.access.mrz.empty() || !options.access.document_number.empty();
  if (result.access.offer && has_bac && !options.access.policy.allow_bac_after_failed_pace)
    return "; the chip offered PACE, so basic access control was not tried: --allow-bac does";
  return {};
}

void print(const inspect::Inspection& result) {
  std::cout << '\n';
  std::string files;
  for (const auto& [ef, content] : result.files)
    files += fmt::format("{}{}", files.empty() ? "" : " ", lds::to_string(ef));
  print_field("access", access_of(result));
  print_field("files", files);
  for (const auto& unread : result.unread)
    print_field("not read", fmt::format("{}: {}", content_of(unread.ef), unread.reason));
  print_field("transfer",
              fmt::format("{} APDUs, {} bytes, {} ms", with_commas(result.transfer.apdus),
                          with_commas(result.transfer.bytes_in + result.transfer.bytes_out), result.elapsed.count()));
  for (const auto& note : result.notes) print_field("note", note);
  std::cout << '\n' << to_text(result.verdict);
}

/// Empty: short length. False for a text that is neither.
bool take_extended(const std::string& text, inspect::InspectionOptions& to) {
  if (text.empty()) return true;
  if (text == kAskTheChip) {
    to.ask_for_lengths = true;
    return true;
  }
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, to.extended_response);
  return error == std::errc{} && stop == end && to.extended_response >= host::iso7816::kMaxShortNe &&
         to.extended_response <= host::iso7816::kMaxNe;
}

/// The chip was open and the reading ended. A chip that breaks the protocol, or ends its sessions again and again, has
/// failed like one that fails a check; trouble is what the reader and the line make.
Exit exit_of_ended_reading(const base::Error& error) noexcept {
  using base::Fault;
  switch (error.fault) {
    case Fault::malformed:
    case Fault::session_dead: return Exit::check_failed;
    default: return exit_for(error);
  }
}

Exit run(ReadOptions& options) {
  auto credentials = options.access.credentials();
  if (!credentials) return credentials.error();
  auto trust = options.trust.load();
  if (!trust) return trust.error();
  SystemWorld world;
  auto card = open_card(options.card, world);
  if (!card) return complain(options.card.subject(), card.error());

  host::iso7816::Channel channel{**card};
  base::SystemRng rng;
  const base::SystemClock clock;
  Listener listener{options.json};
  inspect::InspectionOptions inspection{.credentials = *std::move(credentials), .access = options.access.policy};
  host::access::AttemptDelay attempts{[](std::chrono::milliseconds wait) { std::this_thread::sleep_for(wait); }};
  inspection.attempts = &attempts;
  inspection.judge = options.trust.judge(*trust);
  inspection.on_event = [&listener](const inspect::Event& event) { listener(event); };
  if (!take_extended(options.extended, inspection)) {
    return complain("--extended", "a number of octets from 256 to 65536, or auto", Exit::bad_input);
  }
  std::optional<host::pki::CvStore> verifier;
  if (!options.verifier.empty()) {
    auto loaded = host::pki::CvStore::load(options.verifier);
    if (!loaded) return complain(options.verifier.string(), loaded.error());
    inspection.verifier = &verifier.emplace(*std::move(loaded));
  }
  const auto result = inspect::inspect(channel, inspection, rng, clock);
  listener.finish();
  if (!result)
    return complain(options.card.subject(), result.error().describe(), exit_of_ended_reading(result.error()));
  if (options.json) {
    std::cout << inspect::to_json(*result) << '\n';
  } else {
    print(*result);
  }
  // The verdict first: a full disk takes nothing from it.
  if (!options.out.empty()) {
    if (const auto failed = write_out(*result, options.out)) return *failed;
  }
  if (result->access_error)
    return complain(options.card.subject(), result->access_error->describe() + advice(options, *result),
                    Exit::check_failed);
  return exit_for(result->verdict);
}

}  // namespace

void add_read(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand("read", "Read a card and judge it.");
  auto options = std::make_shared<ReadOptions>();
  options->card.add_to(*command);
  options->access.add_to(*command);
  options->trust.add_to(*command);
  command->add_option("--out", options->out, "Folder for the raw files, the portrait, verdict.json and result.json")
      ->check(not_empty())
      ->type_name("DIR");
  command->add_flag("--json", options->json, "Print one JSON object (docs/schemas/read-result.schema.json)");
  command
      ->add_option(
          "--extended", options->extended,
          "Extended length: octets of the largest response (64 KB when no number follows), or auto to ask the chip")
      ->expected(0, 1)
      ->default_str("65536")
      ->type_name("N|auto");
  command
      ->add_option("--is", options->verifier,
                   "Folder of an inspection system: CV certificates and key, for DG3 and DG4")
      ->check(not_empty())
      ->type_name("DIR");
  command->callback([options, &outcome] { outcome.exit = run(*options); });
}

}  // namespace cicada::tools
