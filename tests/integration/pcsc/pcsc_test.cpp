// The whole way through a reader stack that nobody here wrote: host -> pcscd -> vpcd -> simulated card.
// Runs under tools/dev/with-pcscd, which names the daemon's socket, process and port.
#include <signal.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "../misbehave/documents.h"
#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/applet_sim/port/vpcd.h"
#include "cicada/base/clock.h"
#include "cicada/base/rng.h"
#include "cicada/host/access/bac.h"
#include "cicada/host/inspect/reader.h"
#include "cicada/host/transport/pcsc.h"
#include "reference_card.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using base::Fault;
using host::lds::Ef;
using host::transport::PcscTransport;
namespace inspect = host::inspect;
namespace kernel = applet_sim::kernel;
namespace port = applet_sim::port;

namespace {

constexpr const char* kReader = "Virtual PCD 00 00";

const tests::ReferenceCard& reference() {
  static const auto card = tests::make_reference_card().value();
  return card;
}

/// The reference card in the virtual reader, served by a thread; taken out when it goes or is told to.
class InsertedCard {
 public:
  explicit InsertedCard(const kernel::CardContent& content = reference().content().value()) {
    card_ =
        kernel::Card::create_personalized({rng_, clock_}, std::make_unique<applet_sim::nvm::MemoryStorage>(), content)
            .value();
    const std::string address = std::getenv("CICADA_VPCD");
    port::VpcdOptions options;
    options.port = static_cast<std::uint16_t>(std::stoul(address.substr(address.rfind(':') + 1)));
    slot_.emplace(port::Vpcd::connect(options).value());
    thread_ = std::jthread{[this](const std::stop_token& stop) { static_cast<void>(slot_->serve(*card_, stop)); }};
  }
  InsertedCard(const InsertedCard&) = delete;
  InsertedCard& operator=(const InsertedCard&) = delete;
  InsertedCard(InsertedCard&&) = delete;
  InsertedCard& operator=(InsertedCard&&) = delete;
  ~InsertedCard() { take_out(); }
  void take_out() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
    slot_.reset();
  }

 private:
  base::SystemRng rng_;
  base::SystemClock clock_;
  std::unique_ptr<kernel::Card> card_;
  std::optional<port::Vpcd> slot_;
  std::jthread thread_;
};

base::Result<std::unique_ptr<PcscTransport>> open_reader() {
  return PcscTransport::open(kReader, {.wait_for_card = std::chrono::seconds{10}});
}

inspect::InspectionOptions options(bool only_bac = true) {
  auto credentials = inspect::Credentials::from_mrz_information(reference().mrz_information).value();
  if (only_bac) credentials.only_bac();
  return {.credentials = std::move(credentials)};
}

bool card_is_seen() {
  const auto readers = host::transport::list_readers();
  return readers && std::ranges::any_of(
                        *readers, [](const auto& reader) { return reader.name == kReader && reader.card_present; });
}

/// The output of a command of the shell.
std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe{::popen((command + " 2>&1").c_str(), "r"), ::pclose};
  std::string text;
  std::array<char, 512> line{};
  while (std::fgets(line.data(), static_cast<int>(line.size()), pipe.get()) != nullptr) text += line.data();
  return text;
}

void check_contains(const std::string& text, const std::string& part) {
  if (text.find(part) == std::string::npos) FAIL(("'" + part + "' is not in:\n" + text).c_str());
}

void check_read_with_pace(std::uint32_t extended, std::uint64_t apdus) {
  const InsertedCard card{reference().pace_content().value()};
  auto transport = open_reader();
  CHECK_OK(transport);
  host::iso7816::Channel channel{**transport};
  const auto trust = reference().trust().value();
  auto wanted = options(false);
  wanted.judge.trust = &trust;
  wanted.extended_response = extended;
  base::SystemRng rng;
  const base::SystemClock clock;
  const auto result = inspect::inspect(channel, wanted, rng, clock);
  CHECK_OK(result);
  CHECK_STRING("PACE", result->access_protocol);
  LONGS_EQUAL(apdus, result->transfer.apdus);
  LONGS_EQUAL(reference().files.size() + 1, result->files.size());
  for (const auto& [ef, octets] : reference().files) CHECK_BYTES(octets, result->files.at(ef));
  CHECK_BYTES(tests::ReferenceCard::card_access(), result->files.at(Ef::card_access));
  CHECK(result->verdict.outcome() == host::auth::Outcome::passed);
}

}  // namespace

TEST_GROUP(Pcsc) {
  base::SystemRng rng;
  base::SystemClock clock;
};

TEST(Pcsc, reads_and_verifies_the_reference_card_in_86_apdus) {
  const InsertedCard card;
  auto transport = open_reader();
  CHECK_OK(transport);
  host::iso7816::Channel channel{**transport};
  const auto trust = reference().trust().value();
  auto wanted = options();
  wanted.judge.trust = &trust;
  const auto result = inspect::inspect(channel, wanted, rng, clock);
  CHECK_OK(result);
  LONGS_EQUAL(86, result->transfer.apdus);
  LONGS_EQUAL(reference().files.size(), result->files.size());
  for (const auto& [ef, octets] : reference().files) CHECK_BYTES(octets, result->files.at(ef));
  using host::auth::CheckName;
  for (const auto check : {CheckName::access, CheckName::sod_signature, CheckName::dg_hashes, CheckName::ds_path,
                           CheckName::ds_validity, CheckName::revocation, CheckName::country}) {
    CHECK(result->verdict.find(check)->result == host::auth::CheckResult::passed);
  }
}

TEST(Pcsc, carries_extended_length) {
  const InsertedCard card;
  auto transport = open_reader();
  CHECK_OK(transport);
  host::iso7816::Channel channel{**transport};
  auto wanted = options();
  wanted.extended_response = 65536;
  const auto result = inspect::inspect(channel, wanted, rng, clock);
  CHECK_OK(result);
  LONGS_EQUAL(9, result->transfer.apdus);
  CHECK_BYTES(reference().files.at(Ef::dg2), result->files.at(Ef::dg2));
}

TEST(Pcsc, reads_the_reference_card_with_pace_in_92_apdus) {
  check_read_with_pace(0, 92);
}

TEST(Pcsc, reads_the_reference_card_with_pace_in_13_apdus_of_extended_length) {
  check_read_with_pace(65536, 13);
}

TEST(Pcsc, reads_dg3_of_a_chip_with_chip_authentication_mapping) {
  const auto& document = tests::document_for("ta-cam");
  const InsertedCard card{document.content};
  auto transport = open_reader();
  CHECK_OK(transport);
  host::iso7816::Channel channel{**transport};
  inspect::InspectionOptions wanted{.credentials = document.credentials()};
  wanted.verifier = document.verifier;
  wanted.judge.trust = document.trust;
  const auto result = inspect::inspect(channel, wanted, rng, clock);
  CHECK_OK(result);
  CHECK_STRING("PACE", result->access_protocol);
  CHECK(result->files.contains(Ef::card_security));
  CHECK(result->files.contains(Ef::dg3));
  using host::auth::CheckName;
  for (const auto check : {CheckName::chip_authentication, CheckName::terminal_authentication}) {
    CHECK(result->verdict.find(check)->result == host::auth::CheckResult::passed);
  }
  CHECK(result->verdict.outcome() == host::auth::Outcome::passed);
}

TEST(Pcsc, does_not_open_a_card_with_pace_for_another_mrz) {
  const InsertedCard card{reference().pace_content().value()};
  auto transport = open_reader();
  CHECK_OK(transport);
  host::iso7816::Channel channel{**transport};
  const inspect::InspectionOptions stranger{.credentials = inspect::Credentials::from_mrz_information("099000020"
                                                                                                      "7"
                                                                                                      "9906058"
                                                                                                      "2406055")
                                                               .value()};
  const auto result = inspect::inspect(channel, stranger, rng, clock);
  CHECK_OK(result);
  CHECK(result->access_error.has_value());
  LONGS_EQUAL(0x6300, result->access_error->sw);
  CHECK(!result->files.contains(Ef::dg1));
}

TEST(Pcsc, says_that_the_card_was_removed_in_the_middle_of_a_read) {
  InsertedCard card;
  auto transport = open_reader();
  CHECK_OK(transport);
  host::iso7816::Channel channel{**transport};
  auto wanted = options();
  bool removed = false;
  wanted.on_event = [&](const inspect::Event& event) {
    const auto* progress = std::get_if<inspect::Progress>(&event);
    if (progress != nullptr && progress->ef == Ef::dg2 && !removed) {
      removed = true;
      card.take_out();
    }
  };
  const auto result = inspect::inspect(channel, wanted, rng, clock);
  CHECK(removed);
  CHECK_FAULT(Fault::card_removed, result);
}

TEST(Pcsc, goes_on_with_the_card_that_is_put_in_again) {
  InsertedCard first;
  auto transport = open_reader();
  CHECK_OK(transport);
  first.take_out();
  CHECK_FAULT(Fault::card_removed, (*transport)->transceive("00A4040C07A0000002471001"_hex));
  // A hand is slower than the daemon, which looks every 0.4 s.
  for (int i = 0; i < 200 && card_is_seen(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds{20});
  const InsertedCard second;
  for (int i = 0; i < 200 && !card_is_seen(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds{20});
  CHECK_OK((*transport)->reconnect());
  const auto answer = (*transport)->transceive("00A4040C07A0000002471001"_hex);
  CHECK_OK(answer);
  CHECK_BYTES("9000"_hex, *answer);
}

TEST(Pcsc, says_that_the_service_is_gone) {
  const InsertedCard card;
  auto transport = open_reader();
  CHECK_OK(transport);
  CHECK_OK((*transport)->transceive("00A4040C07A0000002471001"_hex));
  LONGS_EQUAL(0, ::kill(static_cast<pid_t>(std::stol(std::getenv("CICADA_PCSCD_PID"))), SIGKILL));
  const auto answer = (*transport)->transceive("0084000008"_hex);
  CHECK(!answer);
  CHECK(answer.error().fault == Fault::transport || answer.error().fault == Fault::card_removed);
  CHECK_FAULT(Fault::transport, host::transport::list_readers());
}

TEST(Pcsc, names_the_reader_that_does_not_exist) {
  const auto transport = PcscTransport::open("No such reader");
  CHECK_FAULT(Fault::not_found, transport);
}

TEST(Pcsc, says_that_no_card_is_in_the_reader) {
  CHECK_FAULT(Fault::not_found, PcscTransport::open(kReader));
}

TEST(Pcsc, lets_opensc_select_the_application_and_read_nothing) {
  const InsertedCard card;
  CHECK_OK(open_reader());  // waits for the insertion
  const std::string tool = std::string{"timeout 20 opensc-tool --reader '"} + kReader + "'";
  check_contains(output_of(tool + " -s 00A4040C07A0000002471001"), "Received (SW1=0x90, SW2=0x00)");
  check_contains(output_of(tool + " -s 00A4040C07A0000002471009"), "Received (SW1=0x6A, SW2=0x82)");
  const auto closed = output_of(tool + " -s 00A4040C07A0000002471001 -s 00B0810006");
  check_contains(closed, "Received (SW1=0x90, SW2=0x00)");
  check_contains(closed, "Received (SW1=0x69, SW2=0x82)");
  check_contains(output_of(tool + " -s 00A4040C07A0000002471001 -s 0084000008"), "Received (SW1=0x90, SW2=0x00):\n");
  check_contains(output_of(tool + " -s 00FF000000"), "Received (SW1=0x6D, SW2=0x00)");
}
