package dev.sallyport.proxy.audit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Events between those who hand them over and the one thread that writes them. Bounded: an event
/// takes room until it is settled, and behind the room for all there is room that decisions cannot
/// take, so that the ends of what they allowed can still be recorded.
///
/// The lock is held for a few instructions at a time; nobody does anything under it.
final class AuditQueue {
  /// How much may wait.
  ///
  /// @param events how many
  /// @param octets what they hold in memory, roughly
  record Room(int events, long octets) {}

  private final Room forDecisions;
  private final Room forAll;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition handedOver = lock.newCondition();
  private Deque<Pending> waiting = new ArrayDeque<>();
  private int events;
  private long octets;
  private boolean closed;

  /// @param forDecisions what decisions may fill
  /// @param forAll what decisions and all other events may fill together
  AuditQueue(Room forDecisions, Room forAll) {
    this.forDecisions = forDecisions;
    this.forAll = forAll;
  }

  /// Hands an event over; any thread. False when there is no room for it or the queue is closed.
  boolean offer(Pending pending) {
    Room room = pending.isDecision() ? forDecisions : forAll;
    lock.lock();
    try {
      if (closed || events >= room.events || octets + pending.octets() > room.octets) {
        return false;
      }
      events++;
      octets += pending.octets();
      waiting.add(pending);
      handedOver.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Everything that was handed over, in its order; waits for at most `nanos` when there is nothing
  /// and the queue is open. The writer thread.
  Deque<Pending> take(long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (waiting.isEmpty() && !closed && left > 0) {
        left = handedOver.awaitNanos(left);
      }
      Deque<Pending> taken = waiting;
      waiting = new ArrayDeque<>();
      return taken;
    } catch (InterruptedException e) {
      // Nobody interrupts the writer; if somebody does, it only looks around once more.
      return new ArrayDeque<>();
    } finally {
      lock.unlock();
    }
  }

  /// Gives back the room of an event that was written or given up.
  void settled(int events, long octets) {
    lock.lock();
    try {
      this.events -= events;
      this.octets -= octets;
    } finally {
      lock.unlock();
    }
  }

  /// Takes nothing any more; what was handed over can still be taken.
  void close() {
    lock.lock();
    try {
      closed = true;
      handedOver.signal();
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }
}
