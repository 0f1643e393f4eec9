// The traps of a real pcscd: run under tools/dev/with-pcscd.
#include "cicada/host/transport/pcsc.h"

#include <csignal>
#include <cstdlib>
#include <future>

#include "harness.h"
#include "virtual_card.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::host::transport;
using cicada::test::VirtualCard;
using namespace std::chrono_literals;

namespace {

constexpr auto kReader = "Virtual PCD 00 00";
const Bytes kCommand = "00B0000000"_hex;
const PcscOptions kPatient{.wait_for_card = 10s};

std::optional<Bytes> echo(ByteView command) {
  return concat({command, "9000"_hex});
}

// The service looks every 400 ms. A card that comes before the last one was missed is taken for that one, and after a
// failed reset the service calls a reader empty before it has looked: so look at the clock first.
void wait_until_empty() {
  std::this_thread::sleep_for(900ms);
  for (int i = 0; i < 100; ++i) {
    const auto readers = list_readers();
    if (readers && !readers->empty() && !readers->at(0).card_present) return;
    std::this_thread::sleep_for(50ms);
  }
}

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

TEST_GROUP(Pcsc){void setup() override{wait_until_empty();
}
}
;

TEST(Pcsc, lists_readers_and_the_card_in_them) {
  const auto empty = list_readers();
  CHECK_OK(empty);
  LONGS_EQUAL(2, empty->size());
  const VirtualCard card{echo};
  CHECK_OK(PcscTransport::open(kReader, kPatient));
  const auto readers = list_readers();
  CHECK_OK(readers);
  CHECK_STRING(kReader, readers->at(0).name);
  CHECK(readers->at(0).card_present);
  CHECK_BYTES("3B80800101"_hex, readers->at(0).atr);
  CHECK(!readers->at(1).card_present);
}

TEST(Pcsc, carries_octets_of_every_size_both_ways) {
  const VirtualCard card{echo};
  auto transport = PcscTransport::open(kReader, kPatient);
  CHECK_OK(transport);
  CHECK_STRING(kReader, (*transport)->reader());
  CHECK_BYTES("3B80800101"_hex, (*transport)->atr());
  for (const std::size_t size : {4U, 5U, 261U, 4096U, 65533U}) {
    const Bytes command(size, 0xA5);
    const auto response = (*transport)->transceive(command);
    CHECK_OK(response);
    CHECK(equal(*response, *echo(command)));
  }
}

TEST(Pcsc, refuses_to_send_what_would_be_taken_for_a_control_command) {
  int asked = 0;
  const VirtualCard card{[&](ByteView command) {
    ++asked;
    return echo(command);
  }};
  auto transport = PcscTransport::open(kReader, kPatient);
  CHECK_OK(transport);
  CHECK_FAULT(Fault::bad_input, (*transport)->transceive("00"_hex));
  CHECK_FAULT(Fault::bad_input, (*transport)->transceive({}));
  CHECK_FAULT(Fault::bad_input, (*transport)->transceive(Bytes(65536)));
  LONGS_EQUAL(0, asked);
  CHECK_OK((*transport)->transceive(kCommand));
}

TEST(Pcsc, finds_a_reader_by_a_part_of_its_name_that_only_it_has) {
  const VirtualCard card{echo};
  CHECK_OK(PcscTransport::open("PCD 00 00", kPatient));
  CHECK_FAULT(Fault::bad_input, PcscTransport::open("Virtual"));
  CHECK_FAULT(Fault::not_found, PcscTransport::open("Omnikey"));
}

TEST(Pcsc, says_that_there_is_no_card) {
  CHECK_FAULT(Fault::not_found, PcscTransport::open("Virtual PCD 00 01"));
  const auto waited = seconds_of(
      [] { CHECK_FAULT(Fault::not_found, PcscTransport::open("Virtual PCD 00 01", {.wait_for_card = 300ms})); });
  CHECK(waited >= 0.3 && waited < 5);
}

TEST(Pcsc, says_that_the_card_went_away_in_the_middle) {
  int left = 2;
  auto card =
      std::make_unique<VirtualCard>([&](ByteView command) { return left-- > 0 ? echo(command) : std::nullopt; });
  auto transport = PcscTransport::open(kReader, kPatient);
  CHECK_OK(transport);
  CHECK_OK((*transport)->transceive(kCommand));
  CHECK_OK((*transport)->transceive(kCommand));
  CHECK_FAULT(Fault::card_removed, (*transport)->transceive(kCommand));
  CHECK_FAULT(Fault::card_removed, (*transport)->transceive(kCommand));
  std::this_thread::sleep_for(600ms);  // pcscd has seen it by now, and says so in another way
  CHECK_FAULT(Fault::card_removed, (*transport)->transceive(kCommand));
  // Put back, the card answers only after a reconnect, which waits for it.
  card.reset();
  wait_until_empty();
  const VirtualCard again{echo};
  CHECK(!(*transport)->transceive(kCommand).has_value());
  CHECK_OK((*transport)->reconnect());
  CHECK_OK((*transport)->transceive(kCommand));
}

TEST(Pcsc, does_not_take_half_a_status_word_for_a_response) {
  const VirtualCard card{[](ByteView) { return "90"_hex; }};
  auto transport = PcscTransport::open(kReader, kPatient);
  CHECK_OK(transport);
  CHECK_FAULT(Fault::transport, (*transport)->transceive(kCommand));
}

TEST(Pcsc, resets_the_card_when_it_lets_go) {
  const VirtualCard card{echo};
  CHECK_OK(PcscTransport::open(kReader, kPatient));
  const auto before = card.resets();
  CHECK_OK(PcscTransport::open(kReader));
  CHECK(card.resets() > before);
}

TEST(Pcsc, keeps_others_out_while_it_works) {
  const VirtualCard card{echo};
  auto mine = PcscTransport::open(kReader, {.wait_for_card = 10s, .exclusive = true});
  CHECK_OK(mine);
  CHECK_FAULT(Fault::conflict, PcscTransport::open(kReader));
  mine->reset();
  auto shared = PcscTransport::open(kReader);
  CHECK_OK(shared);
  // The second one waits for the end of the first one's transaction, and not for ever.
  CHECK_FAULT(Fault::transport, PcscTransport::open(kReader, {.timeout = 300ms}));
}

TEST(Pcsc, leaves_a_card_that_hangs) {
  std::promise<void> release;
  auto released = release.get_future().share();
  auto card = std::make_unique<VirtualCard>([released](ByteView command) {
    released.wait();
    return echo(command);
  });
  {
    auto transport = PcscTransport::open(kReader, {.timeout = 500ms, .wait_for_card = 10s});
    CHECK_OK(transport);
    const auto took = seconds_of([&] { CHECK_FAULT(Fault::transport, (*transport)->transceive(kCommand)); });
    CHECK(took >= 0.5 && took < 5);
    // Dead for good, at once, and its end does not hang either.
    const auto again = seconds_of([&] {
      CHECK_FAULT(Fault::transport, (*transport)->transceive(kCommand));
      transport->reset();
    });
    CHECK(again < 5);
  }
  release.set_value();
  card.reset();
  wait_until_empty();
  // The reader is usable again once the card has gone.
  const VirtualCard other{echo};
  CHECK_OK(PcscTransport::open(kReader, kPatient));
}

TEST(Pcsc, leaves_a_card_that_answers_nothing) {
  auto card = std::make_unique<VirtualCard>([](ByteView) { return Bytes{}; });
  {
    auto transport = PcscTransport::open(kReader, {.timeout = 500ms, .wait_for_card = 10s});
    CHECK_OK(transport);
    CHECK_FAULT(Fault::transport, (*transport)->transceive(kCommand));
  }
  card.reset();
  wait_until_empty();
  const VirtualCard other{echo};
  CHECK_OK(PcscTransport::open(kReader, kPatient));
}

TEST_GROUP(PcscDaemon){};

// In a process of its own: nothing works after it.
TEST(PcscDaemon, gone_in_the_middle_is_told) {
  const char* const pid = std::getenv("CICADA_PCSCD_PID");
  CHECK(pid != nullptr);
  const VirtualCard card{echo};
  auto transport = PcscTransport::open(kReader, kPatient);
  CHECK_OK(transport);
  CHECK_OK((*transport)->transceive(kCommand));
  ::kill(std::atoi(pid), SIGKILL);
  const auto response = (*transport)->transceive(kCommand);
  CHECK(!response.has_value());
  CHECK(response.error().fault == Fault::transport || response.error().fault == Fault::card_removed);
  CHECK_FAULT(Fault::transport, list_readers());
}
